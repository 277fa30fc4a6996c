"""What the scheduler does at its ticks: passes over the deadlines, letters, digests, the night's work.

Each is a function of the service that may be called at any time by any number of workers: it asks what is due
and not done, and claims it.
"""
