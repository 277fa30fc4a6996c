"""What can be done over the interface, as one table: a row for each action of a machine and each operation.

To add an action, add a row: `Row(APPRAISAL, "submit")`; with fields, `Row(APPRAISAL, "send_back", "due text?")`,
named from `fields.FIELDS` (`?`: may be left out). A new kind of subject is a `Place`: where it stands in the
interface, the key of its subject, what its operation wants to know from the path, and the operation that moves it
by action. `matter(kind, operation)` is the place of a matter of a department's year: its rows are asked for at
`/cycles/{year}/KINDs/{department}/{number}/ACTION`, and `opened(place)` those that make a new one at
`/cycles/{year}/KINDs/{department}/ACTION`. The text that describes a row is the action's own (`action.KIND`,
`action`) or, for an operation that is no action, `api.operation`; tests/api/test_acts.py names what has no row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from workflows import words


@dataclass(frozen=True, slots=True)
class Place:
    """Where subjects of a kind stand in the interface.

    `subject` is the key, filled from the path; empty where only the body says which. `gives` are arguments filled
    likewise. `moves` is the operation that takes an action; empty where every action is an operation of its own.
    `about` is, where something new is made, the key of the first of its kind: who may see that may try.
    """

    kind: str
    path: str
    subject: str
    gives: Mapping[str, str] = field(default_factory=dict)
    moves: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One act. `operation` empty is the one that moves its place by action; `bare`: the path ends with the place."""

    place: Place
    action: str
    fields: str = ""
    operation: str = ""
    bare: bool = False

    @property
    def path(self) -> str:
        """The path below /api/v1."""
        return self.place.path if self.bare else f"{self.place.path}/{self.action}"

    @property
    def name(self) -> str:
        """What it is called in the description, stable."""
        return f"{self.place.kind}_{self.action}"

    @property
    def performs(self) -> str:
        """The operation of the catalogue."""
        return self.operation or self.place.moves

    def subject(self, where: Mapping[str, Any]) -> str:
        """The key of the subject it is about; empty where only the body says."""
        return self.place.subject.format_map(where)

    def arguments(self, where: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
        """What the operation is asked with."""
        given = {name: _filled(template, where) for name, template in self.place.gives.items()}
        return {**sent, **given, **({} if self.operation else {"action": self.action})}

    def summary(self, lang: str) -> str:
        """What it does, in words."""
        known = words.catalogue(lang)
        own = known["api.operation"].get(self.name)
        return own or words.action(self.action, lang, self.place.kind)


def _filled(template: str, where: Mapping[str, Any]) -> Any:
    """A template from the path; one part alone keeps its type, so that a year stays a number."""
    part = template[1:-1]
    return where[part] if template == f"{{{part}}}" and part in where else template.format_map(where)


def matter(kind: str, operation: str, plural: str = "") -> Place:
    """The place of a kind of matter of a department's year, moved by `operation` (`subject`, `action`)."""
    key = f"{kind}:{{year}}:{{department}}:{{number}}"
    path = f"/cycles/{{year}}/{plural or kind + 's'}/{{department}}/{{number}}"
    return Place(kind, path, key, {"subject": key}, operation)


def opened(place: Place) -> Place:
    """Where a new matter is made: `year` and `department` in the path, its number still to come."""
    path = place.path.removesuffix("/{number}")
    given = {"year": "{year}", "department": "{department}"}
    return Place(place.kind, path, "", given, place.moves, place.subject.replace("{number}", "1"))


def _of_year(kind: str, path: str, moves: str) -> Place:
    key = f"{kind}:{{year}}:{{department}}"
    return Place(kind, f"/cycles/{{year}}/{path}/{{department}}", key, {"subject": key}, moves)


APPRAISAL: Final = _of_year("appraisal", "appraisals", "move")
CASE: Final = _of_year("case", "cases", "case")
CYCLE: Final = Place("cycle", "/cycles/{year}", "cycle:{year}", {"year": "{year}"})
FINDING: Final = matter("finding", "finding")
COMPLAINT: Final = matter("complaint", "complaint")
BONUS: Final = matter("bonus", "bonus", "bonuses")
OBJECTION: Final = matter("objection", "objection")
DUTY: Final = matter("duty", "duty", "duties")
EVIDENCE: Final = matter("evidence", "evidence", "evidence")
DEPARTMENTS: Final = Place("department", "/departments", "")
DEPARTMENT: Final = Place(
    "department", "/departments/{department}", "department:{department}", {"department": "{department}"}
)
PEOPLE: Final = Place("person", "/people", "")
PERSON: Final = Place("person", "/people/{person}", "person:{person}", {"id": "{person}"})
CALENDAR: Final = Place("calendar", "/calendars/{year}", "calendar:{year}", {"year": "{year}"})
REGULATION: Final = Place("regulation", "/regulation", "")
ACCOUNT: Final = Place("account", "/accounts/{person}", "account:{person}", {"person": "{person}"})
DISPATCH: Final = Place("dispatch", "/papers/{year}", "dispatch:{year}", {"issued_in": "{year}"})
MAIL: Final = Place("mail", "/mail", "mail:office")

_PERSON: Final = "name? email? home? roles? office_head? lang?"

ROWS: Final[tuple[Row, ...]] = (
    Row(CYCLE, "prepare", "rulebook? from? replace?", "prepare"),
    Row(CYCLE, "approve_rulebook", "digest", "approve_rulebook"),
    Row(CYCLE, "accept_provisional_calendar", "", "accept_provisional_calendar"),
    Row(CYCLE, "declare_unrecorded", "", "declare_unrecorded"),
    Row(CYCLE, "import_results", "rows source?", "import_results"),
    Row(CYCLE, "open", "", "open"),
    Row(CYCLE, "propose", "", "propose"),
    Row(CYCLE, "withdraw_proposal", "", "withdraw_proposal"),
    Row(CYCLE, "rule_tie", "tie ruling", "rule_tie"),
    Row(CYCLE, "ratify", "", "ratify"),
    Row(CYCLE, "correct_rulebook", "rulebook against", "correct_rulebook"),
    Row(CYCLE, "move_dates", "stage:moved_stage due", "move_dates"),
    Row(CYCLE, "amend", "changes rulings?", "amend"),
    Row(APPRAISAL, "open_plan"),
    Row(APPRAISAL, "save_form", "content? text?"),
    Row(APPRAISAL, "hand_over"),
    Row(APPRAISAL, "sign_off"),
    Row(APPRAISAL, "submit"),
    Row(APPRAISAL, "withdraw"),
    Row(APPRAISAL, "take_up"),
    Row(APPRAISAL, "accept"),
    Row(APPRAISAL, "send_back", "due items:returned?"),
    Row(APPRAISAL, "report_progress", "progress"),
    Row(APPRAISAL, "acknowledge", "receipts", "acknowledge"),
    Row(APPRAISAL, "note_receipt", "receipts", "note_receipt"),
    Row(APPRAISAL, "readmit", "due"),
    Row(APPRAISAL, "ask_extension", "due"),
    Row(APPRAISAL, "extend", "due?"),
    Row(APPRAISAL, "refuse_extension"),
    Row(APPRAISAL, "chase"),
    Row(APPRAISAL, "open_midyear"),
    Row(APPRAISAL, "open_yearend"),
    Row(APPRAISAL, "assign", "member"),
    Row(APPRAISAL, "release", "member"),
    Row(APPRAISAL, "open_central_review"),
    Row(APPRAISAL, "mark", "marks member?"),
    Row(APPRAISAL, "acknowledge_spread", "items:indicators"),
    Row(APPRAISAL, "confirm_marks", "member?"),
    Row(APPRAISAL, "rate", "ratings"),
    Row(APPRAISAL, "record_survey", "item counts"),
    Row(APPRAISAL, "reverse_line", "line"),
    Row(APPRAISAL, "complete"),
    Row(APPRAISAL, "carry_over", "matter new_year"),
    Row(APPRAISAL, "settle"),
    Row(APPRAISAL, "rule_missing", "lines"),
    Row(APPRAISAL, "record_talk", "on text?"),
    Row(APPRAISAL, "add_step", "text due"),
    Row(APPRAISAL, "verify_step", "step"),
    Row(APPRAISAL, "verify"),
    Row(APPRAISAL, "reopen", "due?"),
    Row(APPRAISAL, "exempt"),
    Row(APPRAISAL, "reinstate", "due?"),
    Row(APPRAISAL, "enrol", "stage? due?"),
    Row(CASE, "study", "text?"),
    Row(CASE, "propose_handling", "text?"),
    Row(CASE, "approve", "text?"),
    Row(CASE, "reject", "text?"),
    Row(CASE, "close", "text?"),
    Row(opened(FINDING), "record", "item source:finding_source severity on text again?"),
    Row(FINDING, "notify"),
    Row(FINDING, "answer", "text"),
    Row(FINDING, "confirm"),
    Row(FINDING, "drop"),
    Row(FINDING, "rectify", "text"),
    Row(FINDING, "return"),
    Row(FINDING, "verify"),
    Row(FINDING, "overturn"),
    Row(FINDING, "publish"),
    Row(FINDING, "veto", "persons"),
    Row(FINDING, "lift_veto"),
    Row(FINDING, "acknowledge", "receipts", "acknowledge"),
    Row(FINDING, "note_receipt", "receipts", "note_receipt"),
    Row(opened(COMPLAINT), "receive", "text source:complaint_source on? complainant?"),
    Row(COMPLAINT, "investigate"),
    Row(COMPLAINT, "hear", "text"),
    Row(COMPLAINT, "substantiate"),
    Row(COMPLAINT, "dismiss"),
    Row(COMPLAINT, "hold_accountable", "text"),
    Row(COMPLAINT, "close"),
    Row(COMPLAINT, "overturn"),
    Row(opened(BONUS), "apply", "item on award? granted_by? collective? text?", "apply_bonus"),
    Row(BONUS, "withdraw"),
    Row(BONUS, "examine", "text"),
    Row(BONUS, "approve", "text?"),
    Row(BONUS, "refuse", "text?"),
    Row(BONUS, "overturn", "text?"),
    Row(BONUS, "acknowledge", "receipts", "acknowledge"),
    Row(BONUS, "note_receipt", "receipts", "note_receipt"),
    Row(opened(OBJECTION), "file", "about:objected text", "file_objection"),
    Row(OBJECTION, "uphold"),
    Row(OBJECTION, "dismiss"),
    Row(OBJECTION, "withdraw"),
    Row(OBJECTION, "acknowledge", "receipts", "acknowledge"),
    Row(OBJECTION, "note_receipt", "receipts", "note_receipt"),
    Row(opened(DUTY), "hold_to_account", "text due?", "hold_to_account"),
    Row(DUTY, "assign_owner", "owner", "assign_owner"),
    Row(DUTY, "close", "text"),
    Row(DUTY, "waive", "text?"),
    Row(EVIDENCE, "accept", "version?"),
    Row(EVIDENCE, "refuse", "version?"),
    Row(EVIDENCE, "withdraw", "version?"),
    Row(DEPARTMENTS, "register", "id name category aliases? since? posts?", "register_department", bare=True),
    Row(DEPARTMENT, "rename", "name on", "rename"),
    Row(DEPARTMENT, "recategorise", "category", "recategorise"),
    Row(DEPARTMENT, "appoint", "post person on", "appoint"),
    Row(DEPARTMENT, "absorb", "predecessors on", "merge"),
    Row(DEPARTMENT, "dissolve", "on", "dissolve"),
    Row(PEOPLE, "register", "id name email home roles office_head? lang?", "register_person", bare=True),
    Row(PERSON, "change", _PERSON, "change_person"),
    Row(PERSON, "leave", "on", "leave"),
    Row(ACCOUNT, "suspend", "", "suspend_account"),
    Row(ACCOUNT, "resume", "", "resume_account"),
    Row(CALENDAR, "import", "holidays makeup", "import_calendar"),
    Row(DISPATCH, "issue_paper", "paper of_year department? again?", "issue_paper"),
    Row(DISPATCH, "void_paper", "series number", "void_paper"),
    Row(REGULATION, "confirm", "figure rulebook?", "confirm_figure"),
    Row(MAIL, "set_letterhead", "office? contact? link? domain?", "set_letterhead"),
    Row(MAIL, "pause", "", "pause_mail"),
    Row(MAIL, "resume", "", "resume_mail"),
    Row(MAIL, "retry_letters", "letters?", "retry_letters"),
    Row(MAIL, "hold_digests", "", "hold_digests"),
    Row(MAIL, "release_digests", "", "release_digests"),
)
"""Every act of the interface but those of `tokens`, `pending` and `evidence` (which come with a file).

Of accounts nothing that leads to a password: an access key ends on its day, and nobody shall make a password of one.
"""
