"""Every cell of the permission table, and a sample of them through the whole of an operation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cycle.people import Person
from cycle.permissions import Act, Scene, needs_confirmation, role_for
from tests.cast import (
    ADMIN,
    AUDITOR,
    CLERK,
    DISCIPLINE,
    FOURTH_REVIEWER,
    GENERAL,
    HEAD,
    INSPECTOR,
    LEADER,
    LIAISON,
    MEMBER,
    OFFICE_AT_HOME,
    PAPER,
    REVIEWERS,
    WHY,
    City,
    CityAt,
    for_body,
)
from tests.held import key_of
from tests.operations.permission_table import CODES, COLUMNS, TABLE
from workflows.engine import Move
from workflows.errors import Refused
from workflows.machines import MACHINES
from workflows.matters import MATTERS

OWN, ELSEWHERE = "own", "elsewhere"
OF_A_DEPARTMENT = ("appraisal", "case", *MATTERS)
ABOUT_DEPARTMENTS = (("department", ""), ("cycle", "rule_tie"), ("dispatch", ""))
"""Machine and action (empty: every) that no appraisal holds and that are about departments all the same."""

PEOPLE = {
    "office": Person("office", "", "", "office-home", ("office",)),
    "group": Person("group", "", "", "group-home", ("group",)),
    "liaison": Person("liaison", "", "", OWN, ("department",)),
    "liaison elsewhere": Person("other-liaison", "", "", ELSEWHERE, ("department",)),
    "head": Person("head", "", "", OWN, ("department",)),
    "head elsewhere": Person("other-head", "", "", ELSEWHERE, ("department",)),
    "reviewer assigned": Person("reviewer", "", "", ELSEWHERE, ("reviewer",)),
    "reviewer not assigned": Person("other-reviewer", "", "", ELSEWHERE, ("reviewer",)),
    "leader in charge": Person("leader", "", "", "leaders", ("leader",)),
    "leader elsewhere": Person("other-leader", "", "", "leaders", ("leader",)),
    "inspector": Person("inspector", "", "", ELSEWHERE, ("inspector",)),
    "auditor": Person("auditor", "", "", "audit", ("auditor",)),
    "admin": Person("admin", "", "", "info", ("admin",)),
    "office at home": Person("own-clerk", "", "", OWN, ("office",)),
    "group at home": Person("own-member", "", "", OWN, ("group",)),
    "reviewer at home": Person("own-reviewer", "", "", OWN, ("reviewer",)),
}
POSTS = {
    "posts": [{"post": post, "person": post, "from": "2000-01-01"} for post in ("liaison", "head", "leader")]
}


def act_and_scene(column: str, machine: str, action: str = "") -> tuple[Act, Scene]:
    """Who asks in a column, and what permission sees of it."""
    who, _, body = column.partition(" for ")
    kind = column if column in ("scheduler", "import") else "person"
    behalf = {"leader": "leader", "": ""}.get(body, body)
    actor = PEOPLE.get(who)
    own = machine in OF_A_DEPARTMENT
    scene = Scene(
        day=date(2025, 6, 1),
        actor=actor,
        principal=PEOPLE["leader in charge"] if body == "leader" else None,
        department=OWN if own else "",
        matters=(ELSEWHERE, OWN) if {(machine, ""), (machine, action)} & {*ABOUT_DEPARTMENTS} else (),
        posts=POSTS if own else {},
        team=("reviewer", "own-reviewer") if own else (),
    )
    return Act(actor.id if actor else column, kind=kind, on_behalf_of=behalf, document=PAPER), scene


def rows() -> dict[tuple[str, str, str], dict[str, str]]:
    """Machine, action and roles (empty where the action has one set) to column and code."""
    found = {}
    for line in TABLE.strip().splitlines():
        if not line:
            continue
        machine, named, *groups = line.split()
        action, _, roles = named.rstrip("]").partition("[")
        cells = "".join(groups)
        assert len(cells) == len(COLUMNS), line
        found[machine, action, roles] = {
            column: CODES[cell] for column, cell in zip(COLUMNS, cells, strict=True)
        }
    return found


def moves() -> dict[tuple[str, str, str], Move]:
    """Every move of every machine that differs in who may ask for it, by the key of its row."""
    found: dict[tuple[str, str, str], Move] = {}
    for machine in MACHINES.values():
        for action in machine.actions:
            sets = {move.who: move for move in machine.moves if move.action == action}
            for who, move in sets.items():
                found[machine.name, action, ",".join(who) if len(sets) > 1 else ""] = move
    return found


ROWS, MOVES = rows(), moves()


def permission(move: Move, act: Act, scene: Scene) -> list[str]:
    """The refusal's codes; empty where the move is permitted in one of its roles."""
    try:
        role = role_for(move, act, scene)
    except Refused as refused:
        return [unmet.code for unmet in refused.unmet]
    assert role in move.who
    return []


def test_every_move_of_every_machine_has_its_row_and_every_row_its_move() -> None:
    assert sorted(ROWS) == sorted(MOVES)


@pytest.mark.parametrize("key", sorted(MOVES), ids=lambda key: "-".join(filter(None, key)))
def test_every_cell_is_as_the_table_says(key: tuple[str, str, str]) -> None:
    found = {}
    for column in COLUMNS:
        codes = permission(MOVES[key], *act_and_scene(column, *key[:2]))
        assert codes[1:] in ([], ["recused"])  # beside a body one may not speak for
        found[column] = codes[0] if codes else ""
    assert found == ROWS[key]


NO_BUSINESS = ("auditor", "admin")


def test_auditor_and_administrator_move_nothing_of_the_appraisal() -> None:
    """The administrator sets the letterhead and has the one switch that pauses all mail."""
    others = ("mail", "token", "account")
    rows = [row for (machine, _, _), row in ROWS.items() if machine not in others]
    assert {row[column] for row in rows for column in NO_BUSINESS} == {"role_missing"}
    switched = {
        action for (machine, action, _), row in ROWS.items() if machine == "mail" and not row["admin"]
    }
    assert switched == {"set_letterhead", "pause", "resume", "retry_letters"}


def test_an_inspector_moves_findings_and_complaints_and_nothing_else() -> None:
    moved = {machine for (machine, _, _), row in ROWS.items() if not row["inspector"]}
    assert moved == {"finding", "complaint"}
    refused = {row["inspector"] for row in ROWS.values() if row["inspector"]}
    assert refused == {"role_missing"}


@pytest.mark.parametrize(
    ("machine", "action"), [("finding", "record"), ("finding", "drop"), ("complaint", "close")]
)
def test_an_inspector_withdraws_from_what_concerns_their_own_department(machine: str, action: str) -> None:
    act, scene = act_and_scene("inspector", machine)
    own = replace(PEOPLE["inspector"], home=OWN)
    assert permission(MOVES[machine, action, ""], act, scene) == []
    assert permission(MOVES[machine, action, ""], act, replace(scene, actor=own)) == ["recused"]


def test_nobody_acts_alone_on_a_matter_of_their_own_department() -> None:
    home = ("office at home", "group at home", "reviewer at home", "office at home for group")
    cells = [
        row[c]
        for (machine, action, _), row in ROWS.items()
        if machine in (*OF_A_DEPARTMENT, "department", "dispatch") or action == "rule_tie"
        for c in home
    ]
    assert "" not in cells


def test_the_clock_does_only_what_the_table_gives_to_the_system() -> None:
    for key, row in ROWS.items():
        assert (row["scheduler"] == "") == ("system" in MOVES[key].who)


ACCEPT = MOVES["appraisal", "accept", ""]
RATIFY = MOVES["cycle", "ratify", ""]
EXEMPT = MOVES["appraisal", "exempt", ""]


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        (None, ["person_unknown"]),
        (replace(PEOPLE["office"], active=False), ["person_unknown"]),
        (replace(PEOPLE["office"], roles=()), ["role_missing"]),
        (replace(PEOPLE["office"], roles=("office", "group")), []),
    ],
)
def test_somebody_unknown_gone_or_without_roles_may_nothing(who: Person | None, codes: list[str]) -> None:
    act, scene = act_and_scene("office", "appraisal")
    assert permission(ACCEPT, act, replace(scene, actor=who)) == codes


@pytest.mark.parametrize("kind", ["person", "command"])
def test_a_command_has_no_rights_of_its_own(kind: str) -> None:
    act, scene = act_and_scene("office", "appraisal")
    assert permission(ACCEPT, replace(act, kind=kind), scene) == []
    assert permission(ACCEPT, replace(act, kind=kind), replace(scene, actor=None)) == ["person_unknown"]


def test_posts_count_on_the_day_only() -> None:
    act, scene = act_and_scene("liaison", "appraisal")
    ended = {"posts": [{"post": "liaison", "person": "liaison", "from": "2000-01-01", "until": "2025-06-01"}]}
    submit = MOVES["appraisal", "submit", ""]
    assert permission(submit, act, replace(scene, posts=ended)) == ["relation_missing"]
    assert permission(submit, act, replace(scene, posts=ended, day=date(2025, 5, 31))) == []


def test_whoever_speaks_for_another_needs_the_document_and_all_that_is_missing_is_said() -> None:
    act, scene = act_and_scene("office for group", "appraisal")
    assert permission(EXEMPT, replace(act, document=" "), scene) == ["document_missing"]
    reviewer = replace(scene, actor=PEOPLE["reviewer assigned"])
    assert permission(ACCEPT, replace(act, document=""), reviewer) == [
        "behalf_not_possible",
        "role_missing",
        "document_missing",
    ]


@pytest.mark.parametrize(
    ("principal", "codes"),
    [
        (PEOPLE["leader in charge"], []),
        (PEOPLE["leader elsewhere"], ["relation_missing"]),
        (PEOPLE["head"], ["role_missing"]),
        (replace(PEOPLE["leader in charge"], home=OWN), ["recused"]),
        (None, ["person_unknown"]),
    ],
)
def test_the_leader_spoken_for_is_the_one_in_charge_and_not_recused(
    principal: Person | None, codes: list[str]
) -> None:
    act, scene = act_and_scene("office for leader", "appraisal")
    talk = MOVES["appraisal", "record_talk", ""]
    assert permission(talk, act, replace(scene, principal=principal)) == codes


SECOND = Person("second", "", "", "second-home", ("office",))


@pytest.mark.parametrize(
    ("column", "machine", "second", "codes"),
    [
        ("office for group", "appraisal", SECOND, []),
        ("office for group", "appraisal", replace(SECOND, home="office-home"), []),
        ("office for group", "appraisal", replace(SECOND, home=OWN), ["recused"]),
        ("office for group", "appraisal", replace(SECOND, id="office"), ["second_person_same"]),
        ("office for group", "appraisal", replace(SECOND, roles=("group",)), ["role_missing"]),
        ("office for group", "appraisal", replace(SECOND, active=False), ["person_unknown"]),
        ("office for group", "appraisal", None, ["person_unknown"]),
        ("office for group", "cycle", SECOND, []),
        ("office for group", "cycle", replace(SECOND, home="office-home"), ["second_person_same_home"]),
        ("group", "cycle", SECOND, []),
        ("group", "cycle", replace(SECOND, roles=("group",)), []),
        ("group", "cycle", replace(SECOND, roles=("leader",)), ["role_missing"]),
        ("group", "cycle", replace(SECOND, home="group-home"), ["second_person_same_home"]),
        ("group", "cycle", replace(SECOND, id="group"), ["second_person_same"]),
    ],
)
def test_who_may_be_the_second_person(
    column: str, machine: str, second: Person | None, codes: list[str]
) -> None:
    act, scene = act_and_scene(column, machine)
    move = RATIFY if machine == "cycle" else EXEMPT
    assert permission(move, replace(act, confirmed_by="second"), replace(scene, confirmer=second)) == codes


def test_a_second_person_is_needed_for_others_and_for_what_the_group_decides_on_a_whole_year() -> None:
    for column, needed in (("group", False), ("office for group", True)):
        assert needs_confirmation(EXEMPT, act_and_scene(column, "appraisal")[0]) is needed
    confirmed = {key[:2] for key, move in MOVES.items() if move.confirmed}
    assert confirmed == {
        ("cycle", "ratify"),
        ("cycle", "amend"),
        ("cycle", "correct_rulebook"),
        ("cycle", "move_dates"),
        ("person", "register"),
        ("person", "change"),
    }


def test_an_import_waits_for_nobody() -> None:
    register = MOVES["person", "register", ""]
    assert needs_confirmation(register, Act("roster", kind="import")) is False
    assert [needs_confirmation(register, Act("p", kind=kind)) for kind in ("person", "command")] == [True] * 2
    assert needs_confirmation(register, Act("roster", kind="import", on_behalf_of="group")) is True


@pytest.mark.parametrize(
    ("entry", "codes"),
    [("office", ["own_record"]), ("second", ["own_record"]), ("somebody", []), ("", [])],
)
def test_nobody_sets_or_confirms_their_own_entry(entry: str, codes: list[str]) -> None:
    act, scene = act_and_scene("office", "person")
    scene = replace(scene, confirmer=SECOND, entry=entry)
    for action in ("register", "change"):
        assert permission(MOVES["person", action, ""], replace(act, confirmed_by="second"), scene) == codes
    if entry == "office":  # who leaves says so themselves
        assert permission(MOVES["person", "leave", ""], act, scene) == []


def test_whoever_has_the_post_without_its_role_may_nothing() -> None:
    act, scene = act_and_scene("liaison", "appraisal")
    auditor = replace(PEOPLE["liaison"], roles=("auditor",))
    assert permission(MOVES["appraisal", "submit", ""], act, replace(scene, actor=auditor)) == [
        "role_missing"
    ]


def test_a_second_person_of_a_department_concerned_is_recused() -> None:
    act, scene = act_and_scene("office for group", "cycle", "rule_tie")
    own = replace(SECOND, home=OWN)
    for second, expected in ((SECOND, []), (own, ["recused"])):
        asked = replace(act, confirmed_by="second")
        found = permission(MOVES["cycle", "rule_tie", ""], asked, replace(scene, confirmer=second))
        assert found == expected


CAST = {
    "office": Act(CLERK),
    "group": Act(MEMBER),
    "liaison": Act(LIAISON[GENERAL]),
    "liaison elsewhere": Act(LIAISON[DISCIPLINE]),
    "head": Act(HEAD[GENERAL]),
    "head elsewhere": Act(HEAD[DISCIPLINE]),
    "reviewer assigned": Act(REVIEWERS[0]),
    "reviewer not assigned": Act(FOURTH_REVIEWER),
    "leader in charge": Act(LEADER[GENERAL]),
    "leader elsewhere": Act(LEADER[DISCIPLINE]),
    "inspector": Act(INSPECTOR),
    "auditor": Act(AUDITOR),
    "admin": Act(ADMIN),
    "scheduler": Act("system", kind="scheduler"),
    "import": Act("import", kind="import"),
    "office for group": for_body("group"),
    "office for team": for_body("team"),
    "office for leader": for_body(LEADER[GENERAL]),
    "office for committee": for_body("committee"),
    "office at home": Act(OFFICE_AT_HOME[GENERAL]),
    "office at home for group": replace(for_body("group"), actor=OFFICE_AT_HOME[GENERAL]),
}
PERMISSION = {*CODES.values(), "person_unknown"} - {""}
# Each is refused by a later condition for whoever may ask, so that nothing moves between two cells.
SAMPLE: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("running", "save_form", {}),
    ("running", "sign_off", {}),
    ("running", "submit", {}),
    ("running", "lapse", {}),
    ("running", "ask_extension", {}),
    ("running", "extend", {}),
    ("running", "reverse_line", {"line": "x"}),
    ("reviewing", "assign", {"member": CLERK}),
    ("reviewing", "release", {"member": CLERK}),
    ("reviewing", "confirm_marks", {}),
    ("reviewing", "complete", {}),
    ("reviewing", "reopen", {}),
    ("reviewing", "mark", {"marks": [{"item": "x", "points": 0}]}),
    ("reviewing", "acknowledge_spread", {"items": ["x"]}),
    ("reviewing", "rate", {"ratings": [{"item": "x", "points": 0}]}),
    ("reviewing", "record_survey", {"item": "x"}),
)


@pytest.mark.parametrize(("stage", "named", "asked"), SAMPLE, ids=[named for _, named, _ in SAMPLE])
def test_the_whole_operation_asks_permission_as_the_table_says(
    city_at: CityAt, stage: str, named: str, asked: dict[str, object]
) -> None:
    city = city_at(stage)
    action, _, roles = named.rstrip("]").partition("[")
    before = city.rows()
    found = {column: refusal(city, action, act, asked) for column, act in CAST.items()}
    expected = ROWS["appraisal", action, roles]
    assert found == {column: expected[column] for column in CAST}
    assert city.rows() == before


def refusal(city: City, action: str, act: Act, asked: dict[str, object]) -> str:
    """The permission code an operation is refused with; empty where what refuses it comes after permission."""
    with pytest.raises(Refused) as refused:
        city.do("move", act, subject=key_of(GENERAL), action=action, **asked)
    found = [unmet.code for unmet in refused.value.unmet if unmet.code in PERMISSION]
    return found[0] if found else ""


@pytest.mark.parametrize("reason", [WHY, ""])
def test_a_group_member_of_the_department_itself_exempts_nobody_there(city_at: CityAt, reason: str) -> None:
    act = Act(HEAD[GENERAL], reason=reason, document=PAPER)
    assert refusal(city_at("running"), "exempt", act, {}) == "recused"
