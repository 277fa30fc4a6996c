"""What the READMEs say is run: commands in their order, settings and paths, the two languages equal."""

from __future__ import annotations

import json
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cycle.cli.program import build
from cycle.cli.run import Program
from cycle.clock import VirtualClock
from cycle.settings import Settings
from tests import command_lines

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
NEW_YEAR = datetime(2026, 1, 5, 2, tzinfo=UTC)
"""A working day on which the walk through the README can happen."""


def commands(name: str) -> list[str]:
    """The indented lines of a README, each one command."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.startswith("    ")]


def every_setting() -> set[str]:
    """Those of the service, and the two that hold before it has started."""
    return {f"CYCLE_{field.upper()}" for field in Settings.model_fields} | {"CYCLE_LANG", "CYCLE_WHEELHOUSE"}


def settings_named(name: str) -> set[str]:
    return set(re.findall(r"\bCYCLE_[A-Z_]+\b", (ROOT / name).read_text(encoding="utf-8")))


def test_both_readmes_give_the_same_commands_in_the_same_order() -> None:
    assert commands(READMES[0]) == commands(READMES[1])


COUNTED = {"row of a table": r"^\|", "bullet": r"^- ", "step": r"^\d+\. ", "command": r"^    "}


def uneven(english: str, chinese: str) -> list[str]:
    """What the sections of a page in one language have that those in the other have not, by the English heading."""
    first, second = (re.split(r"^## (.+)$", text, flags=re.M) for text in (english, chinese))
    if len(first) != len(second):
        return ["sections"]
    heads = ["", *first[1::2]]
    return [
        f"{head}: {what}"
        for head, one, other in zip(heads, first[::2], second[::2], strict=True)
        for what, found in _held(one).items()
        if found != _held(other)[what]
    ]


def _held(section: str) -> dict[str, object]:
    """How much of each kind a section has, which settings, and where it links to, whatever the language there."""
    linked = re.findall(r"\]\(([^)]+)\)", section)
    return {
        **{what: len(re.findall(sign, section, re.M)) for what, sign in COUNTED.items()},
        "setting": command_lines.settings(section),
        "link": {re.sub(r"\.zh-CN|/zh-CN|/en", "", one) for one in linked},
    }


def test_both_readmes_say_the_same_section_by_section() -> None:
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in READMES)
    assert uneven(english, chinese) == []


def test_what_only_one_language_of_a_readme_says_is_noticed() -> None:
    english = (ROOT / READMES[0]).read_text(encoding="utf-8")
    assert uneven(english, english.replace("(docs/manual/en/README.md)", "(docs/manual)")) == [
        "The pages, in five minutes: link"
    ]
    assert uneven(english, english.replace("| `CYCLE_LINK_HOURS`", "`CYCLE_LINK_HOURS`")) == [
        "Settings: row of a table"
    ]
    assert uneven(english, english.replace("CYCLE_LINK_HOURS", "CYCLE_LINK_DAYS")) == ["Settings: setting"]
    assert uneven(english, f"{english}\n## More\n") == ["sections"]


@pytest.mark.parametrize("name", READMES)
def test_the_readme_leads_to_the_manual_and_the_guides(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    lang, ending = ("zh-CN", ".zh-CN.md") if "zh-CN" in name else ("en", ".md")
    linked = re.findall(r"\]\(([^)#]+)\)", text.partition("\n    export CYCLE_HOME")[0])
    ours = {f"docs/manual/{lang}/README.md", f"docs/operating{ending}", f"docs/changing-a-rule{ending}"}
    assert ours - set(linked) == set()


@pytest.mark.parametrize("name", READMES)
def test_every_path_a_readme_links_or_names_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    linked = re.findall(r"\]\(([^)#]+)\)", text)
    named = {*linked, *re.findall(r"`((?:workflows|cycle)/[\w./-]+)`", text)}
    assert len(named) > 5
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_every_setting_a_readme_names_is_one_and_none_is_left_out(name: str) -> None:
    assert settings_named(name) == every_setting()


def test_the_readme_opens_with_the_two_commands() -> None:
    assert commands(READMES[0])[:2] == ["python3 -m cycle demo", "python3 -m cycle test"]


def test_a_stranger_can_walk_through_the_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    walked = 0
    for line in commands(READMES[0]):
        words = shlex.split(line)
        if words[0] == "export":
            variable, _, value = words[1].partition("=")
            monkeypatch.setenv(variable, value)
        if words[0] != "cycle" or words[1] in ("grade", "simulate"):
            continue
        if "ID" in words:
            waiting = _run(["waiting", "--json"])
            words[words.index("ID")] = json.loads(waiting)["waiting"][0]["id"]
        _run(words[1:])
        walked += 1
    assert walked == 35
    assert (tmp_path / "checkpoint.json").exists()


def _run(words: list[str], code: int = 0) -> str:
    done = CliRunner().invoke(build(), words, obj=Program(clock=VirtualClock(NEW_YEAR)))
    assert done.exit_code == code, f"{words}: {done.output}"
    return done.stdout


# --- the guides beside the READMEs ---

GUIDES = ("operating", "changing-a-rule")


def guide(name: str, lang: str) -> Path:
    return ROOT / "docs" / (f"{name}.md" if lang == "en" else f"{name}.zh-CN.md")


@pytest.mark.parametrize("name", GUIDES)
def test_both_languages_of_a_guide_give_the_same_commands_and_files(name: str) -> None:
    english, chinese = (guide(name, lang).read_text(encoding="utf-8") for lang in ("en", "zh"))
    assert command_lines.indented(english) == command_lines.indented(chinese)
    for kind in ("ini", "nginx", "toml"):
        blocks = re.compile(rf"^```{kind}\n(.*?)^```", re.MULTILINE | re.DOTALL)
        assert blocks.findall(english) == blocks.findall(chinese)
    assert len(re.findall(r"^## ", english, re.M)) == len(re.findall(r"^## ", chinese, re.M))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", GUIDES)
def test_every_command_setting_and_link_of_a_guide_exists(name: str, lang: str) -> None:
    page = guide(name, lang)
    text = page.read_text(encoding="utf-8")
    lines = list(command_lines.named(text))
    assert len(lines) > 10
    assert {line: wrong for line in lines if (wrong := command_lines.fault(line))} == {}
    assert command_lines.settings(text) - every_setting() == set()
    assert command_lines.unlinked(page) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_guide_to_operating_leaves_no_setting_out(lang: str) -> None:
    assert command_lines.settings(guide("operating", lang).read_text(encoding="utf-8")) == every_setting()


def test_a_command_or_an_option_that_is_none_is_noticed() -> None:
    assert command_lines.fault("history verifi") == "no command 'verifi'"
    assert command_lines.fault("history verify --agianst x") == "no option --agianst; "
    assert command_lines.fault("history verify --against x") == ""


def test_the_guide_to_change_a_rule_can_be_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CYCLE_HOME", "office-data")
    opened = [line for line in commands(READMES[0]) if line.startswith("cycle ")]
    last = next(place for place, line in enumerate(opened) if line.startswith("cycle open "))
    for line in opened[: last + 1]:
        _follow(line)
    text = guide("changing-a-rule", "en").read_text(encoding="utf-8")
    for line in command_lines.indented(text):
        if line.startswith("cp "):
            _change(text, *(Path(path) for path in line.split()[1:]))
        elif line.startswith("cycle "):
            _follow(line)
    figures = _run(["history", "show", "cycle:2026", "--json"])
    assert "deadlines.answer_days.value" in figures
    assert "deductions.score.deduct.4" not in _run(["ready", "2027", "--json"], 3)


def _follow(line: str) -> None:
    words = shlex.split(line)[1:]
    if "ID" in words:
        words[words.index("ID")] = json.loads(_run(["waiting", "--json"]))["waiting"][0]["id"]
    _run(words, 3 if words[:2] == ["ready", "2027"] else 0)


def _change(text: str, source: Path, target: Path) -> None:
    """Copy a rulebook and put in what the guide writes in place of what stands there."""
    shown = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[0]
    rules = (ROOT / source).read_text(encoding="utf-8")
    absence, answer = shown.partition("[deadlines]\n")[::2]
    rules = rules.replace(absence.strip().replace('"0.4"', '"0.5"'), absence.strip())
    rules = rules.replace(answer.strip().replace("value = 7", "value = 5"), answer.strip())
    target.parent.mkdir(exist_ok=True)
    target.write_text(rules, encoding="utf-8")
