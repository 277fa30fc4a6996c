"""The processes as pages: the table, the diagram, the page in the docs, and the command that shows them."""

import json
import re

import pytest
from typer.testing import CliRunner

from cycle.cli.machine import app
from cycle.cli.program import build
from cycle.machine_pages import docs_page, markdown, mermaid, table
from tests.rules.tree import ROOT
from workflows import words
from workflows.engine import NONE
from workflows.machines import MACHINES

PAGE = ROOT / "docs" / "machines.md"
NAMES = sorted(MACHINES)


SEND_BACK = (
    "a reason",
    "a new due date at least 3 working days ahead",
    "what is returned by itself named, with a reason",
)
TIE_RULED = "a grade for each department in the tie, as many as there are seats"


def show(*arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of `cycle machine show`."""
    result = CliRunner().invoke(app, ["show", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_the_page_in_the_docs_is_the_one_the_machines_make() -> None:
    hint = "run: python3 -m cycle.machine_pages > docs/machines.md"
    assert PAGE.read_text(encoding="utf-8") == docs_page(), hint


@pytest.mark.parametrize("lang", words.LANGS)
@pytest.mark.parametrize("name", NAMES)
def test_the_table_has_every_move_and_says_what_it_needs(name: str, lang: str) -> None:
    machine = MACHINES[name]
    rows = table(machine, lang)
    assert [(row.action, row.sources, row.target, row.who) for row in rows] == [
        (move.action, move.sources, move.target, move.who) for move in machine.moves
    ]
    for row, move in zip(rows, machine.moves, strict=True):
        marks = move.reason + move.document + move.confirmed
        assert len(row.needs) - len(move.needs) - marks in ((0, 1) if move.when else (0,))


@pytest.mark.parametrize(
    ("name", "action", "needs"),
    [
        ("appraisal", "send_back", [*SEND_BACK]),
        (
            "appraisal",
            "open_plan",
            ["the cycle is running", "for the system, the opening day of the plan reached"],
        ),
        ("appraisal", "accept", []),
        ("cycle", "rule_tie", ["a reason", "a document", TIE_RULED]),
        ("case", "approve", ["a document"]),
    ],
)
def test_what_a_move_needs_is_said_in_words(name: str, action: str, needs: list[str]) -> None:
    first = next(row for row in table(MACHINES[name], "en") if row.action == action)
    assert list(first.needs) == needs


def test_the_parts_of_the_ledger_a_move_is_for_are_named() -> None:
    moves = {row.action: row.needs[0] for row in table(MACHINES["appraisal"], "en") if row.needs}
    assert moves["record_line"] == "lines of deductions and bonuses"
    assert moves["rule_missing"] == "missing points of public rating and leaders' rating"


def test_the_amendments_of_a_closed_year_are_told_apart() -> None:
    amended = [(row.target, row.needs[0]) for row in table(MACHINES["cycle"], "en") if row.action == "amend"]
    assert amended == [
        (None, "a reason"),
        ("ratified", "some appraisal or duty open again"),
        (None, "every appraisal closed or exempt, no duty open"),
    ]


@pytest.mark.parametrize("lang", words.LANGS)
@pytest.mark.parametrize("name", NAMES)
def test_the_diagram_has_every_state_and_every_arrow_once(name: str, lang: str) -> None:
    machine = MACHINES[name]
    first, *lines = mermaid(machine, lang).splitlines()
    assert first == "stateDiagram-v2"
    named = {}
    arrows: dict[tuple[str, str], str] = {}
    for line in lines:
        if found := re.fullmatch(r'    state "([^"]+)" as (\w+)', line):
            named[found[2]] = found[1]
        else:
            found = re.fullmatch(r"    (\w+|\[\*\]) --> (\w+|\[\*\])(?:: ([^:]+))?", line)
            assert found, line
            assert found.group(1, 2) not in arrows
            arrows[found[1], found[2]] = found[3] or ""
    assert sorted(named.values()) == sorted(words.state(name, s, lang) for s in machine.states)
    expected = {
        (source, move.target)
        for move in machine.moves
        for source in move.sources
        if move.target and move.target != source
    } | {(state, NONE) for state in machine.final}
    ids = {NONE: "[*]"} | {state: state.replace(".", "_") for state in machine.states}
    assert set(arrows) == {(ids[source], ids[target]) for source, target in expected}


def test_the_diagram_of_a_case_reads_like_this() -> None:
    assert mermaid(MACHINES["person"], "zh") == (
        "stateDiagram-v2\n"
        '    state "在任" as active\n'
        '    state "已离任" as closed\n'
        "    [*] --> active: 登记\n"
        "    active --> closed: 离任\n"
        "    closed --> [*]\n"
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_command_shows_the_table_in_chinese_unless_told_otherwise(name: str) -> None:
    assert show(name) == (0, markdown(MACHINES[name], "zh"), "")
    assert show(name, "--lang", "en") == (0, markdown(MACHINES[name], "en"), "")
    assert not re.search(r"[a-z]", show(name)[1])


@pytest.mark.parametrize("name", NAMES)
def test_the_command_shows_the_diagram(name: str) -> None:
    assert show(name, "--format", "mermaid") == (0, mermaid(MACHINES[name], "zh"), "")


@pytest.mark.parametrize("name", NAMES)
def test_json_is_one_document_with_codes_and_texts(name: str) -> None:
    status, out, err = show(name, "--json", "--lang", "en")
    assert (status, err) == (0, "")
    shown = json.loads(out)
    machine = MACHINES[name]
    assert shown["machine"] == name
    assert [entry["state"] for entry in shown["states"]] == list(machine.states)
    assert {entry["state"] for entry in shown["states"] if entry["final"]} == set(machine.final)
    assert [(m["action"], m["to"]) for m in shown["moves"]] == [(m.action, m.target) for m in machine.moves]


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("zh", "没有“nothing”这个流程，可选的有："),
        ("en", 'There is no process "nothing"; there are: '),
    ],
)
@pytest.mark.parametrize("more", [[], ["--format", "mermaid"]])
def test_an_unknown_machine_is_bad_input_and_the_known_ones_are_named(
    lang: str, sentence: str, more: list[str]
) -> None:
    status, out, err = show("nothing", "--lang", lang, *more)
    assert (status, out) == (2, "")
    assert err.startswith(sentence)
    assert all(name in err for name in NAMES)


def test_an_unknown_machine_is_told_programs_as_json() -> None:
    status, out, err = show("nothing", "--json")
    assert (status, err) == (2, "")
    assert json.loads(out)["error"]["code"] == "bad_input"


@pytest.mark.parametrize(
    "arguments", [["machine", "show", "case", "--lang", "en"], ["--lang", "en", "machine", "show", "case"]]
)
def test_the_program_has_the_command_and_hands_its_language_down(arguments: list[str]) -> None:
    result = CliRunner().invoke(build(), arguments)
    assert (result.exit_code, result.stdout) == (0, markdown(MACHINES["case"], "en"))
