"""Every field a body may have: its type and bounds, said once. What it means stands in the words, section `field`.

A new field is one line in FIELDS and one text in each language; `body` makes the model of a route from names.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    StrictInt,
    StrictStr,
    WithJsonSchema,
    create_model,
)

from cycle.mail_address import usable
from cycle.operations.appraisals import FIRST_DAY, LAST_DAY
from workflows import words
from workflows.token_guards import MOST_DAYS, SCOPES

ID_PATTERN: Final = r"^[a-z0-9][a-z0-9-]*$"
_WHOLE: Final = 2**31 - 1
_DEPTH: Final = 20


def _iso(value: str) -> str:
    day = date.fromisoformat(value)
    if day.isoformat() != value or not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(value)
    return value


def _address(value: str) -> str:
    if not usable(value):
        raise ValueError(value)
    return value


def _shallow(value: JsonValue, left: int = _DEPTH) -> JsonValue:
    if not left:
        raise ValueError("too deep")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for below in inner:
        _shallow(below, left - 1)
    return value


Name = Annotated[StrictStr, Field(min_length=1, max_length=200)]
Code = Annotated[StrictStr, Field(min_length=1, max_length=200)]
Text = Annotated[StrictStr, Field(max_length=200_000)]
Line = Annotated[StrictStr, Field(max_length=2000)]
Id = Annotated[StrictStr, Field(pattern=ID_PATTERN, max_length=64)]
Day = Annotated[StrictStr, AfterValidator(_iso), WithJsonSchema({"type": "string", "format": "date"})]
Year = Annotated[StrictInt, Field(ge=1000, le=9999)]
Hundredths = Annotated[StrictInt, Field(ge=-1_000_000, le=1_000_000)]
Count = Annotated[StrictInt, Field(ge=0, le=_WHOLE)]
Whole = Annotated[StrictInt, Field(ge=-_WHOLE, le=_WHOLE)]
Address = Annotated[
    StrictStr,
    Field(max_length=254),
    AfterValidator(_address),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": 254}),
]
Content = Annotated[dict[str, JsonValue], AfterValidator(_shallow)]


class Sent(BaseModel):
    """What is sent has no fields but these."""

    model_config = ConfigDict(extra="forbid")


class LineSent(Sent):
    """A line of points; `points` in hundredths, left out where the rulebook fixes them."""

    part: Code
    item: Code
    points: Hundredths | None = None
    note: Line | None = None


class AmendedLine(LineSent):
    """A line that an amendment adds; `again` where a deduction of its ground stands or such a bonus steps in."""

    again: StrictBool | None = None


class ChangeSent(Sent):
    """What an amendment does to one department's ledger."""

    department: Id
    reverse: list[Code] | None = None
    lines: list[AmendedLine] | None = None


class ProgressSent(Sent):
    """How far one target has come."""

    percent: Annotated[StrictInt, Field(ge=0, le=100)]
    note: Line | None = None


class MarkSent(Sent):
    """One indicator as a member marks it; a reason wherever points are taken off."""

    item: Code
    points: Hundredths
    reason: Line | None = None
    evidence: Annotated[list[Code], Field(max_length=100)] | None = None


class RatingSent(Sent):
    """One respect of a rating: by `points` or by `level`."""

    item: Code
    points: Hundredths | None = None
    level: Code | None = None
    note: Line | None = None


class NamedSent(Sent):
    """Somebody who loses an award, with the post for which they lose it."""

    name: Name
    post: Literal["person", "head", "deputy"]


class ResultSent(Sent):
    """A department's result of a year kept elsewhere; points in hundredths."""

    department: Name
    rank: Annotated[StrictInt, Field(ge=1, le=_WHOLE)]
    grade: Code
    category: Code | None = None
    central: Whole | None = None
    public: Whole | None = None
    leader: Whole | None = None
    base: Whole | None = None
    deductions: Whole | None = None
    bonus: Whole | None = None
    total: Whole | None = None
    category_rank: Whole | None = None
    previous_rank: Whole | None = None
    previous_category_rank: Whole | None = None
    previous_grade: Code | None = None
    movement: Whole | None = None
    category_movement: Whole | None = None
    consecutive_failures: Count | None = None


COMMON: Final = ("reason", "document", "on_behalf_of", "occurred_on")
"""What every act may come with."""

FIELDS: Final[Mapping[str, Any]] = {
    # What every act may come with.
    "document": Line,
    "occurred_on": Day,
    "on_behalf_of": Annotated[StrictStr, Field(max_length=64)],
    "reason": Line,
    # Acts on a whole year.
    "against": Code,
    "changes": Annotated[list[ChangeSent], Field(min_length=1, max_length=10_000)],
    "digest": Code,
    "from": Year,
    "replace": StrictBool,
    "rows": Annotated[list[ResultSent], Field(min_length=1, max_length=10_000)],
    "rulebook": Content,
    "ruling": dict[Id, Code],
    "rulings": dict[Id, Code],
    "source": Line,
    "tie": Code,
    # A department's year.
    "content": Content,
    "counts": dict[Code, Count],
    "due": Day,
    "indicators": Annotated[list[Code], Field(min_length=1, max_length=1000)],
    "item": Code,
    "line": Code,
    "lines": Annotated[list[LineSent], Field(min_length=1, max_length=1000)],
    "marks": Annotated[list[MarkSent], Field(min_length=1, max_length=1000)],
    "matter": Code,
    "moved_stage": Code,
    "member": Id,
    "new_year": Year,
    "on": Day,
    "progress": dict[Code, ProgressSent],
    "ratings": Annotated[list[RatingSent], Field(min_length=1, max_length=100)],
    "receipts": Annotated[list[Count], Field(min_length=1, max_length=1000)],
    "returned": dict[Code, Line],
    "stage": Code,
    "step": Code,
    "text": Text,
    # The matters beside it.
    "about": Code,
    "again": StrictBool,
    "award": Name,
    "collective": StrictBool,
    "complainant": Line,
    "granted_by": Name,
    "note": Line,
    "owner": Id,
    "persons": Annotated[list[NamedSent], Field(min_length=1, max_length=100)],
    "complaint_source": Code,
    "finding_source": Code,
    "objected": Code,
    "severity": Code,
    "version": Count,
    # Papers.
    "department": Id,
    "number": Annotated[StrictInt, Field(ge=1, le=999_999_999)],
    "of_year": Year,
    "paper": Code,
    "series": Name,
    # Departments, people, working days, letters, access keys.
    "aliases": Annotated[list[Name], Field(max_length=100)],
    "category": Code,
    "contact": Line,
    "days": Annotated[StrictInt, Field(ge=1, le=MOST_DAYS)],
    "domain": Line,
    "email": Address,
    "figure": Code,
    "holidays": Annotated[list[Day], Field(max_length=366)],
    "home": Id,
    "id": Id,
    "lang": Literal["zh", "en"],
    "letters": Annotated[list[Code], Field(max_length=10_000)],
    "link": Line,
    "makeup": Annotated[list[Day], Field(max_length=366)],
    "name": Name,
    "office": Line,
    "office_head": StrictBool,
    "person": Id,
    "post": Literal["liaison", "head", "leader"],
    "posts": dict[Literal["liaison", "head", "leader"], Id],
    "predecessors": Annotated[list[Id], Field(min_length=1, max_length=1000)],
    "purpose": Name,
    "roles": Annotated[list[Code], Field(min_length=1, max_length=20)],
    "scope": Literal[SCOPES],
    "since": Day,
}
"""Every field by its name."""


def both(section: str, code: str) -> str:
    """A text in both languages, as the description of the interface shows it."""
    return f"{words.word(section, code, 'zh')} / {words.word(section, code, 'en')}"


@cache
def body(name: str, fields: str) -> type[Sent]:
    """The model of a body: names from FIELDS, and what every act may come with.

    `?` after a name: it may be left out. `items:returned` is the field `items`, of the type and meaning `returned`.
    """
    wanted = [*fields.split(), *(f"{field}?" for field in COMMON)]
    shape: dict[str, Any] = {}
    for each in dict.fromkeys(wanted):
        field, _, meaning = each.rstrip("?").partition(":")
        about = Field(description=both("field", meaning or field))
        optional = each.endswith("?")
        kind = FIELDS[meaning or field]
        shape[field] = (Annotated[kind | None if optional else kind, about], None if optional else ...)
    model: type[Sent] = create_model(name, __base__=Sent, **shape)
    return model


def needs_body(model: type[Sent]) -> bool:
    """Whether something has to be sent at all."""
    return any(field.is_required() for field in model.model_fields.values())
