"""The manual speaks of what is there: its labels are those of the screens, its pictures exist, both languages match."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.rules.tree import ROOT
from tests.web.pictures import FOLDERS, PICTURES
from workflows import words

MANUAL = ROOT / "docs" / "manual"
SHOTS = MANUAL / "shots"
GUIDES = sorted(path.name for path in (MANUAL / FOLDERS["zh"]).glob("*.md"))
LONGEST = {"zh": 2300, "en": 6800}
"""Signs of a guide that with its pictures fills two printed pages."""
MOST_KILOBYTES = 150


def text_of(lang: str, guide: str) -> str:
    return (MANUAL / FOLDERS[lang] / guide).read_text(encoding="utf-8")


def leaves(table: Mapping[str, Any]) -> Iterator[str]:
    for value in table.values():
        if isinstance(value, Mapping):
            yield from leaves(value)
        elif isinstance(value, str):
            yield value


@cache
def labels(lang: str) -> tuple[set[str], list[tuple[int, re.Pattern[str]]]]:
    """Every text of the program as it is; those with something put in as patterns too, with how much stands firm."""
    said = {value.casefold() for value in leaves(words.catalogue(lang))}
    filled = [
        (len(re.sub(r"\{\w+\}", "", one)), re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(one))))
        for one in said
        if "{" in one
    ]
    return said, filled


def is_label(lang: str, text: str) -> bool:
    """Whether the screens say so; of what they put something into, a third has to be their own."""
    said, filled = labels(lang)
    asked = {text.casefold(), text.removesuffix("…").casefold()}
    return not asked.isdisjoint(said) or any(
        3 * firm >= len(bare) and one.fullmatch(bare) for firm, one in filled for bare in asked
    )


@pytest.mark.parametrize("lang", words.LANGS)
@pytest.mark.parametrize("guide", GUIDES)
def test_what_is_printed_bold_is_what_the_screens_say(guide: str, lang: str) -> None:
    bold = re.findall(r"\*\*(.+?)\*\*", text_of(lang, guide))
    assert [one for one in bold if not is_label(lang, one)] == []


def test_some_label_that_nobody_has_is_noticed() -> None:
    assert not is_label("zh", "一键通过")
    assert not is_label("en", "Approve everything")
    assert is_label("zh", "催办")
    assert is_label("en", "Remind")
    assert is_label("zh", "已选3个部门")
    assert not is_label("zh", "已选")


def test_both_languages_have_the_same_guides_pictures_and_sections() -> None:
    assert sorted(path.name for path in (MANUAL / FOLDERS["en"]).glob("*.md")) == GUIDES
    assert len(GUIDES) == 9
    for guide in GUIDES:
        chinese, english = (text_of(lang, guide) for lang in ("zh", "en"))
        assert _pictures(chinese) == _pictures(english), guide
        assert len(re.findall(r"^#+ ", chinese, re.MULTILINE)) == len(
            re.findall(r"^#+ ", english, re.MULTILINE)
        )


def _pictures(text: str) -> list[str]:
    return re.findall(r"shots/[\w-]+/([\w-]+)\.png", text)


@pytest.mark.parametrize("lang", words.LANGS)
def test_every_picture_shown_is_there_and_none_lies_about(lang: str) -> None:
    shown = [name for guide in GUIDES for name in _pictures(text_of(lang, guide))]
    assert sorted(shown) == sorted(one.name for one in PICTURES)
    stored = sorted((SHOTS / FOLDERS[lang]).glob("*"))
    assert [path.stem for path in stored] == sorted(shown)
    assert max(path.stat().st_size for path in stored) < MOST_KILOBYTES * 1000


@pytest.mark.parametrize("lang", words.LANGS)
def test_every_link_of_the_manual_leads_somewhere(lang: str) -> None:
    folder = MANUAL / FOLDERS[lang]
    for guide in GUIDES:
        text = text_of(lang, guide)
        linked = [*re.findall(r"\]\(([^)#]+)\)", text), *re.findall(r'src="([^"]+)"', text)]
        assert [one for one in linked if not Path(folder, one).exists()] == [], guide


@pytest.mark.parametrize("lang", words.LANGS)
@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_fits_on_two_pages(guide: str, lang: str) -> None:
    assert len(re.sub(r"[\s|*#]", "", text_of(lang, guide))) < LONGEST[lang]
