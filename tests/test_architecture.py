"""docs/architecture.md says what is: its drawings are those the code makes, its paths exist."""

from __future__ import annotations

import re

import pytest

from tests.architecture import MADE, PAGE, layers, marks, page, said
from tests.rules.tree import ROOT


def test_the_page_holds_what_the_code_makes() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert sorted(marks(text)) == sorted(MADE)
    assert text == page(text), "run: python3 -m tests.architecture"


@pytest.mark.parametrize(
    "drawn", ['["cycle.app"]', "grades proposed", "acts of pages and programs", "| `outbox` |"]
)
def test_what_is_drawn_otherwise_than_the_code_has_it_is_noticed(drawn: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert drawn in text
    other = text.replace(drawn, "something else")
    assert page(other) == text != other


def test_every_path_and_page_named_exists() -> None:
    text = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:workflows|cycle|notifications|tests)/[\w./-]*\w)/?`", text))
    linked = {one.partition("#")[0] for one in re.findall(r"\]\(([^)]+)\)", text)}
    assert len(named) > 20
    assert [one for one in sorted(named) if not (ROOT / one).exists()] == []
    assert [one for one in sorted(linked) if not (ROOT / "docs" / one).exists()] == []


def test_links_to_a_process_lead_to_its_heading() -> None:
    machines = (ROOT / "docs" / "machines.md").read_text(encoding="utf-8")
    heads = {
        re.sub(r"[^\w -]", "", head.lower()).strip().replace(" ", "-")
        for head in re.findall(r"^## (.+)$", machines, re.MULTILINE)
    }
    links = re.findall(r"machines\.md#([^)]+)\)", PAGE.read_text(encoding="utf-8"))
    assert len(links) > 10
    assert [one for one in links if one not in heads] == []


def test_every_module_of_a_layer_says_what_it_is() -> None:
    silent = [one for layer in layers() for one in layer if not said(one)]
    assert [one for one in silent if one not in ("cycle.operations", "workflows", "notifications")] == []
