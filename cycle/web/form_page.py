"""What the page of a form shows: its parts with what stands in them, last year's beside, what is returned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cycle import facts as gathering
from cycle.board import department, evidence
from cycle.board.city import cycle_of
from cycle.operations import forms
from cycle.queries import SubjectRow
from cycle.web import mending
from cycle.web.entry import Visit
from cycle.web.form_content import numbered, points_shown
from workflows.errors import NotFound
from workflows.forms import ENTRIES, MARK, MOST_TARGETS, TARGET, Content
from workflows.scoring import show

Values = dict[str, Any]

_BLANK: Final = 3
"""Empty targets that stand ready below those there are."""
_BEFORE: Final = {"yearend": "midyear"}
"""The form of the same year whose marks stand beside this one's."""


@dataclass(frozen=True, slots=True)
class Place:
    """One form of one department's year."""

    year: int
    department: str
    form: str

    @property
    def key(self) -> str:
        """The subject it belongs to."""
        return f"appraisal:{self.year}:{self.department}"

    @property
    def path(self) -> str:
        """The page."""
        return f"/{self.year}/departments/{self.department}/forms/{self.form}"

    @property
    def where(self) -> Values:
        """The parts of the path of an act on it."""
        return {"year": self.year, "department": self.department}


@dataclass(frozen=True, slots=True)
class Standing:
    """A form as it stands: its row's number, the digest of what is saved, what is saved, who signed it."""

    row: SubjectRow
    record: Mapping[str, Any]
    content: Content

    @property
    def number(self) -> int:
        """The number of the latest history row."""
        return self.row.number

    @property
    def digest(self) -> str:
        """Of what is saved; empty where nothing is."""
        return str(self.record.get("text") or "")


@dataclass(frozen=True, slots=True)
class Given:
    """What is shown in the fields instead of what is saved, and what is wrong with it.

    `base` is the digest of what was saved when it was begun; None means what is saved now.
    """

    content: Content | None = None
    base: str | None = None
    faults: Mapping[str, str] = field(default_factory=dict)
    blank: int = _BLANK


def standing(visit: Visit, place: Place) -> Standing:
    """Raises NotFound where the form is not begun, or not the reader's to see."""
    found = department.opened(visit.look, place.year, place.department, "forms")
    record = found.row.record.get("forms", {}).get(place.form)
    if record is None:
        raise NotFound(place.key)
    return Standing(found.row, record, forms.content_of(visit.session, record))


def parts(visit: Visit, place: Place, kept: Standing, given: Given) -> Values:
    """The parts of the form: `text`, `targets`, `groups` of indicators; each as far as the form has it."""
    content = given.content if given.content is not None else kept.content
    returned: Mapping[str, str] = kept.record.get("returned", {})
    found: Values = {
        "text": content.get("text", ""),
        "text_returned": returned.get("text"),
        "targets": None,
        "groups": None,
    }
    if "targets" in ENTRIES[place.form]:
        found["targets"] = _targets(content, returned, given)
    if "marks" in ENTRIES[place.form]:
        found |= _marks(visit, place, content, returned, given=given)
    return found


def _targets(content: Content, returned: Mapping[str, str], given: Given) -> list[Values]:
    kept = content.get("targets", {})
    numbers = numbered(kept)
    last = int(numbers[-1]) if numbers else 0
    fresh = [str(last + more) for more in range(1, given.blank + 1) if last + more <= MOST_TARGETS]
    return [
        {
            "number": number,
            "blank": number in fresh,
            **{name: kept.get(number, {}).get(name) or "" for name in TARGET},
            "returned": returned.get(number),
            "faults": {name: given.faults.get(f"content[targets][{number}][{name}]", "") for name in TARGET},
        }
        for number in (*numbers, *fresh)
    ]


def _marks(
    visit: Visit, place: Place, content: Content, returned: Mapping[str, str], *, given: Given
) -> Values:
    book = gathering.rulebook_of(visit.session, cycle_of(visit.look, place.year))
    marks = content.get("marks", {})
    beside = _beside(visit, place)
    files = evidence.by_subject(visit.look, place.year, place.department)
    groups = []
    for group in book.groups:
        items = [
            {
                "item": one.id,
                "name": visit.look.voice.name(one.id),
                "most": show(one.points),
                "points": points_shown(marks.get(one.id, {}).get("points")),
                "account": marks.get(one.id, {}).get("account") or "",
                "returned": returned.get(one.id),
                "files": len(files.get(one.id, ())),
                "faults": {name: given.faults.get(f"content[marks][{one.id}][{name}]", "") for name in MARK},
                **{name: found.get(one.id) for name, found in beside.items()},
            }
            for one in book.indicators
            if one.group == group.id
        ]
        name = group.zh if visit.lang == "zh" else group.en
        groups.append({"id": group.id, "name": name, "most": show(group.points), "items": items})
    known = [mark for mark in marks.values() if isinstance(mark.get("points"), int)]
    whole = [mark for mark in known if mark.get("account")]
    return {
        "groups": groups,
        "sum": show(sum(mark["points"] for mark in known)),
        "most": show(sum(one.points for one in book.indicators)),
        "filled": len(whole),
        "items": len(book.indicators),
        "beside": {name: bool(found) for name, found in beside.items()},
    }


def _beside(visit: Visit, place: Place) -> dict[str, dict[str, Any]]:
    """By indicator: what it got last year, the department's own mark then, and its mark earlier this year."""
    last = Place(place.year - 1, place.department, place.form)
    earlier = Place(place.year, place.department, _BEFORE.get(place.form, ""))
    return {
        "last": _got(visit, last),
        "last_self": _own(visit, last),
        "earlier": _own(visit, earlier) if earlier.form else {},
    }


def _got(visit: Visit, place: Place) -> dict[str, str]:
    try:
        rows = department.lines(visit.look, place.year, place.department)
    except NotFound:
        return {}
    standing_ = [row for row in rows if not row["reverses"] and not row["reversed_by"]]
    return {row["item"]: row["points"] for row in standing_ if row["part"] == "central"}


def _own(visit: Visit, place: Place) -> dict[str, Values]:
    try:
        marks = standing(visit, place).content.get("marks", {})
    except NotFound:
        return {}
    return {
        item: {"points": points_shown(mark.get("points")), "account": mark.get("account", "")}
        for item, mark in marks.items()
    }


def last_targets(visit: Visit, place: Place) -> list[Values]:
    """The targets of the plan of the year before, with what was last reported of each."""
    if "targets" not in ENTRIES[place.form]:
        return []
    try:
        row = department.of_reader(visit.look, visit.service, place.year - 1, place.department)
    except NotFound:
        return []
    return list(row["targets"] or ())


def faults_of(entries: list[Values]) -> dict[str, str]:
    """What is wrong with single fields, by name, of the refusals of a form."""
    return {name: entry["message"] for entry in entries if (name := mending.field(entry))}
