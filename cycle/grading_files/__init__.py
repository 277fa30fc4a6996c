"""The files of `cycle grade`: what it reads, what it refuses and why, what it writes."""
