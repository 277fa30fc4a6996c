"""Every test here may ask for the cast's databases."""

from tests.cast import city_at, templates

__all__ = ["city_at", "templates"]
