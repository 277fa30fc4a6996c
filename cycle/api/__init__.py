"""The interface for programs: everything a person may read or do, over HTTP, as JSON."""
