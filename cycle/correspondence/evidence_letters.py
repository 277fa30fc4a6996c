"""The letter about evidence that was not accepted: the department may put another file in its place.

Who marks a department is not told to it before the proposal, so the letter names the body that looked.
"""

from __future__ import annotations

from typing import Any

from cycle.correspondence.moved import Kind, Moved
from cycle.correspondence.writer import Writer
from workflows import words
from workflows.evidence_guards import FORMS


def _about(moved: Moved, lang: str) -> str:
    """What the evidence is about, in words: a form, a target, an indicator, a matter."""
    about = str(moved.record["about"])
    if about in FORMS:
        return words.word("stage", about, lang)
    head, _, number = about.partition(".")
    if head == "target":
        return words.phrase("cli", "evidence_target", lang, number=number)
    kind, colon, rest = about.partition(":")
    if colon:
        number = rest.rpartition(":")[2]
        return words.phrase("letter", "numbered", lang, kind=words.word("kind", kind, lang), number=number)
    return words.names_of(moved.facts.rulebook, lang).get(about, about)


def _refused(_writer: Writer, moved: Moved, lang: str) -> dict[str, Any]:
    version = moved.record["version"]
    return {
        "about": _about(moved, lang),
        "number": moved.key.rpartition(":")[2],
        "file": moved.record["versions"][str(version)]["name"],
        "version": version,
        "reason": moved.reason,
        "by": words.word("role", "team" if moved.facts.asked.role == "reviewer" else "office", lang),
    }


KINDS: dict[str, Kind] = {"evidence_refused": Kind(_refused)}
