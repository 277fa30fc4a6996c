"""Imported once by the process the workers are forked from: what each would read anew on its first letter."""

from notifications.rendering import render
from notifications.samples import samples
from tests.workers import serving, sink
from workflows import words

words.catalogue("zh")
for letter in samples("zh"):
    render(letter)

__all__ = ["serving", "sink"]
