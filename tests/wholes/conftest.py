"""The cast's databases for the tests of this folder."""

from tests.cast import templates

__all__ = ["templates"]
