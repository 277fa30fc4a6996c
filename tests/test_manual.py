"""The manual speaks of what is there: its labels are those of the screens, its pictures exist, both languages match."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cycle.settings import Settings
from cycle.web.places import OF_ROLE
from tests import command_lines
from tests.cast import book
from tests.rules.tree import ROOT
from tests.web.pictures import FOLDERS, PICTURES
from workflows import words

MANUAL = ROOT / "docs" / "manual"
SHOTS = MANUAL / "shots"
GUIDES = sorted(path.name for path in (MANUAL / FOLDERS["zh"]).glob("*.md"))
ROLES = {
    "administrator.md": "admin",
    "auditor.md": "auditor",
    "department.md": "department",
    "group.md": "group",
    "inspector.md": "inspector",
    "leader.md": "leader",
    "office.md": "office",
    "reviewer.md": "reviewer",
}
ON_SCREEN = ("web", "action", "field", "kind", "mail.status")
"""Sections of the catalogue whose texts stand on screens as labels: those below them too."""
TABS = ("tab_setup", "tab_rules", "tab_roster", "tab_imports", "tab_service")
WIDE, HIGH = 680, 1009
"""What a page of A4 has room for within margins of 16 mm, in pixels of a browser."""
PHONE = 300
"""How wide a picture of a telephone is shown."""
PER_SIGN = {"zh": 0.92, "en": 0.47}
"""Pixels a sign takes of a page's height at ten points, tables, heads and ends of lines reckoned in."""
MOST_KILOBYTES = 150
MOST_IN_ALL = 2000
COUNTED = {
    "heading": r"^#+ ",
    "row of a table": r"^\|",
    "bullet": r"^- ",
    "step": r"^\d+\. ",
    "link": r"\]\(",
}
FIGURES = (
    (
        "department",
        "receipt_days",
        2,
        "两个工作日内按**签收**",
        "within two working days press **Acknowledge**",
    ),
    ("department", "answer_days", 5, "五个工作日内**说明情况**", "within five working days **answer**"),
    ("department", "max_extensions", 2, "一份材料最多申请两次", "at most twice for one form"),
    ("department", "objection_days", 5, "公示期五个工作日", "For five working days you may press **Object**"),
    ("inspector", "answer_days", 5, "部门有五个工作日说明情况", "It has five working days to answer"),
    ("office", "send_back_days", 3, "至少三个工作日以后", "at least three working days ahead"),
    ("office", "objection_days", 5, "五个工作日可以申诉", "five working days departments may object"),
    ("reviewer", "spread_percent", 20, "超过满分的两成", "over a fifth of an indicator's points"),
    ("reviewer", "team_size", 3, "三个人都评完", "Once all three have marked"),
)
"""Guide, figure of the rulebook, its value, and how either language says it."""
PREVAILING = (
    ("README", "session_idle_minutes", 30, "半小时不操作", "half an hour without a"),
    ("administrator", "link_hours", 72, "链接默认72小时有效", "A link holds 72 hours"),
    ("administrator", "lockout_failures", 5, "连续输错五次", "Five wrong passwords"),
    ("administrator", "lockout_minutes", 15, "要等十五分钟", "waits a quarter of an hour"),
)
"""The same of settings as they are where nobody sets them."""


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
    """Every text of the screens as it is; those with something put in as patterns too, with how much stands firm."""
    shown = {
        section: texts
        for section, texts in words.catalogue(lang).items()
        if any(section == one or section.startswith(f"{one}.") for one in ON_SCREEN)
    }
    said = {value.casefold() for value in leaves(shown)}
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


def bold(text: str) -> list[str]:
    return re.findall(r"\*\*(.+?)\*\*", text)


def misplaced(lang: str, role: str, text: str) -> list[str]:
    """Places of the bar a guide sends its reader to that their bar, or the pages of a year's setup, do not have."""
    known = {code: words.phrase("web.place", code, lang).casefold() for code in {*sum(OF_ROLE.values(), ())}}
    there = {known[code] for code in OF_ROLE[role]}
    if "setup" in OF_ROLE[role]:
        there |= {words.phrase("web.setup", tab, lang).casefold() for tab in TABS}
        there.add(words.phrase("web.place", "calendar", lang).casefold())
    return [one for one in bold(text) if one.casefold() in set(known.values()) - there]


def unlinked(folder: Path, text: str) -> list[str]:
    """Links and pictures of a page in `folder` that lead nowhere."""
    linked = [*re.findall(r"\]\(([^)#]+)\)", text), *re.findall(r'src="([^"]+)"', text)]
    return [one for one in linked if not Path(folder, one).exists()]


def uneven(chinese: str, english: str) -> list[str]:
    """What one language of a guide has more of than the other; pictures by their names, in order."""
    found = [
        what
        for what, sign in COUNTED.items()
        if len(re.findall(sign, chinese, re.M)) != len(re.findall(sign, english, re.M))
    ]
    return found + (["picture"] if _pictures(chinese) != _pictures(english) else [])


def _pictures(text: str) -> list[str]:
    return re.findall(r"shots/[\w-]+/([\w-]+)\.png", text)


@pytest.mark.parametrize("lang", words.LANGS)
@pytest.mark.parametrize("guide", GUIDES)
def test_what_is_printed_bold_is_what_the_screens_say(guide: str, lang: str) -> None:
    assert [one for one in bold(text_of(lang, guide)) if not is_label(lang, one)] == []


def test_some_label_that_nobody_has_is_noticed() -> None:
    assert not is_label("zh", "一键通过")
    assert not is_label("en", "Approve everything")
    assert is_label("zh", "催办")
    assert is_label("en", "Remind")
    assert is_label("zh", "已选3个部门")
    assert not is_label("zh", "已选")


@pytest.mark.parametrize("lang", words.LANGS)
@pytest.mark.parametrize("guide", sorted(ROLES))
def test_a_guide_sends_nobody_to_a_place_their_bar_does_not_have(guide: str, lang: str) -> None:
    assert misplaced(lang, ROLES[guide], text_of(lang, guide)) == []


def test_a_place_of_somebody_else_is_noticed() -> None:
    assert misplaced("zh", "department", "打开**首页**，再看**进度总表**。") == ["进度总表"]
    assert misplaced("en", "office", "Under **Calendar**, then **In my charge**.") == ["In my charge"]


def test_both_languages_have_the_same_guides_pictures_and_sections() -> None:
    assert sorted(path.name for path in (MANUAL / FOLDERS["en"]).glob("*.md")) == GUIDES
    assert [one for one in GUIDES if one != "README.md"] == sorted(ROLES)
    assert {one: uneven(text_of("zh", one), text_of("en", one)) for one in GUIDES} == {
        one: [] for one in GUIDES
    }


def test_a_section_a_step_or_a_picture_of_one_language_alone_is_noticed() -> None:
    english = text_of("en", "office.md")
    assert uneven(english, english) == []
    assert uneven(english, f"{english}\n## More\n") == ["heading"]
    assert uneven(english, f"{english}\n1. More\n") == ["step"]
    assert uneven(english, english.replace("office-board", "office-review")) == ["picture"]


@pytest.mark.parametrize("lang", words.LANGS)
def test_every_picture_shown_is_there_and_none_lies_about(lang: str) -> None:
    shown = [name for guide in GUIDES for name in _pictures(text_of(lang, guide))]
    assert sorted(shown) == sorted(one.name for one in PICTURES)
    stored = sorted((SHOTS / FOLDERS[lang]).glob("*"))
    assert [path.stem for path in stored] == sorted(shown)
    assert max(path.stat().st_size for path in stored) < MOST_KILOBYTES * 1000


def test_all_pictures_together_are_small() -> None:
    assert sum(path.stat().st_size for path in SHOTS.rglob("*.png")) < MOST_IN_ALL * 1000


@pytest.mark.parametrize("lang", words.LANGS)
def test_every_picture_is_cut_as_it_is_described(lang: str) -> None:
    cut = {
        one.name: struct.unpack(">II", (SHOTS / FOLDERS[lang] / f"{one.name}.png").read_bytes()[16:24])
        for one in PICTURES
    }
    assert cut == {one.name: (one.width, one.height) for one in PICTURES}


@pytest.mark.parametrize("lang", words.LANGS)
def test_every_link_of_the_manual_leads_somewhere(lang: str) -> None:
    folder = MANUAL / FOLDERS[lang]
    assert {guide: unlinked(folder, text_of(lang, guide)) for guide in GUIDES} == {
        guide: [] for guide in GUIDES
    }


def test_a_link_or_a_picture_that_leads_nowhere_is_noticed() -> None:
    folder = MANUAL / FOLDERS["en"]
    text = 'See [this](office.md), [that](offices.md) and <img src="../shots/en/none.png">.'
    assert unlinked(folder, text) == ["offices.md", "../shots/en/none.png"]


def test_no_guide_of_one_language_leads_to_a_page_of_the_other_where_its_own_is_there() -> None:
    for guide in GUIDES:
        linked = re.findall(r"\]\(([^)#]+\.md)\)", text_of("zh", guide))
        own = [Path(MANUAL / FOLDERS["zh"], one.removesuffix(".md") + ".zh-CN.md") for one in linked]
        assert [path.name for path in own if path.exists()] == [], guide


@pytest.mark.parametrize("lang", words.LANGS)
@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_of_a_guide_can_be_given(guide: str, lang: str) -> None:
    lines = list(command_lines.named(text_of(lang, guide)))
    assert {line: wrong for line in lines if (wrong := command_lines.fault(line))} == {}


@pytest.mark.parametrize(("guide", "figure", "value", "chinese", "english"), FIGURES)
def test_a_number_of_days_or_times_in_a_guide_is_the_rulebooks(
    guide: str, figure: str, value: int, chinese: str, english: str
) -> None:
    assert getattr(book(), figure) == value
    _says_so(guide, chinese, english)


@pytest.mark.parametrize(("guide", "setting", "value", "chinese", "english"), PREVAILING)
def test_a_number_about_signing_in_is_what_holds_where_nobody_sets_another(
    guide: str, setting: str, value: int, chinese: str, english: str
) -> None:
    assert Settings.model_fields[setting].default == value
    _says_so(guide, chinese, english)


def _says_so(guide: str, chinese: str, english: str) -> None:
    assert chinese in text_of("zh", f"{guide}.md")
    assert english in text_of("en", f"{guide}.md")


@pytest.mark.parametrize("lang", words.LANGS)
@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_fits_on_two_pages(guide: str, lang: str) -> None:
    assert pages(lang, text_of(lang, guide)) <= 2


def test_a_guide_that_is_too_long_is_noticed() -> None:
    office = text_of("en", "office.md")
    assert pages("en", office) > 1
    assert pages("en", office + "One sentence more about something else. " * 30) > 2
    assert pages("en", office + "![More](../shots/en/admin-service.png)") > 2


def pages(lang: str, text: str) -> float:
    """How many printed pages a guide takes, about."""
    shown = {one.name: one for one in PICTURES}
    high = sum(
        one.height * (WIDE if one.width > WIDE else PHONE) / one.width
        for one in (shown[name] for name in _pictures(text))
    )
    return (high + PER_SIGN[lang] * len(re.sub(r"[\s|*#]", "", text))) / HIGH
