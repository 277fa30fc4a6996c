"""The cast's cities, on either database."""

from tests.cast import city_at, templates

__all__ = ["city_at", "templates"]
