"""What is answered about one department's year. Points are text with two decimals, null what is not to be seen."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

Points = str
Day = str


class Lamp(BaseModel):
    """Never colour alone."""

    colour: Literal["green", "blue", "yellow", "red", "grey"]
    shape: str
    word: str


class BoardLine(BaseModel):
    """Where one department stands."""

    department: str
    name: str
    category: str
    subject: str
    state: str
    state_word: str
    stages: dict[str, str]
    grade: str | None
    lamp: Lamp
    turn: list[str]
    turn_words: list[str]
    due: Day | None
    grace_until: Day | None
    workdays_left: int | None
    provisional: bool
    sent_back: bool
    extension_asked: bool
    receipts_late: int = 0


class AppraisalLine(BaseModel):
    """One appraisal of a list."""

    subject: str
    year: int
    department: str
    name: str
    category: str
    state: str
    state_word: str
    number: int
    grade: str | None


class NamedPerson(BaseModel):
    """Who, and what they are called; empty where nobody is."""

    person: str
    name: str


class Deadline(BaseModel):
    """A deadline that runs: `who` a post, a role or a person."""

    id: str
    state: str
    who: str
    due: Day
    grace_until: Day | None
    provisional: bool


class Line(BaseModel):
    """A ledger line, standing or not; `source` is the matter it was decided in."""

    id: str
    part: str
    item: str
    name: str
    points: Points
    note: str
    reverses: str | None
    reversed_by: str | None
    source: str | None


class Unmet(BaseModel):
    """One condition that does not hold."""

    code: str
    about: str | None
    name: str | None
    data: dict[str, str | int]
    message: str


class OwnMark(BaseModel):
    """A department's own mark of one indicator."""

    name: str
    points: Points | None
    account: str


class Returned(BaseModel):
    """A part of a form that was sent back by itself."""

    part: str
    name: str
    reason: str


class Form(BaseModel):
    """One form as it stands; null what its reader is not shown."""

    text: str | None
    targets: dict[str, Any] | None
    marks: dict[str, OwnMark] | None
    missing: list[Unmet] | None
    returned: list[Returned] | None
    due: Day
    original_due: Day | None
    grace_until: Day
    extensions: int
    extension_asked: dict[str, Any] | None
    lapsed: int
    late: bool
    signed: bool
    taken_up: bool


class OneForm(Form):
    """One form by itself."""

    form: str
    number: int


class Target(BaseModel):
    """A target of the accepted plan, with its progress."""

    target: str
    text: str
    measure: str
    owner: str
    due: str
    evidence: str
    percent: int | None
    note: str
    on: Day | None


class Step(BaseModel):
    """A step of rectification."""

    step: str
    text: str
    due: Day | None
    verified: str | None


class Talk(BaseModel):
    """The admonition talk: on which day, by whom."""

    on: Day
    by: str
    text: str | None


class Result(BaseModel):
    """One department's result in one version of a year. Of others' it is name, category and grade alone."""

    version: int
    department: str
    name: str
    category: str | None
    central: Points | None
    public: Points | None
    leader: Points | None
    base: Points | None
    deductions: Points | None
    bonus: Points | None
    total: Points | None
    rank: int | None
    category_rank: int | None
    grade: str
    award_rate: int | None
    previous_rank: int | None
    previous_category_rank: int | None
    previous_grade: str | None
    movement: int | None
    category_movement: int | None
    consecutive_failures: int | None
    escalated: bool | None


class Action(BaseModel):
    """What the reader may do next: codes of what they give with it, and what is still in the way."""

    action: str
    word: str
    who: list[str]
    to_give: list[str]
    unmet: list[Unmet]


class Receipt(BaseModel):
    """Something the department has still to acknowledge: the history row it is about, and the last day for it."""

    subject: str
    number: int
    what: str
    what_word: str
    on: Day
    due: Day
    late: bool


class Appraisal(BoardLine):
    """One department's year on one sheet, as far as its reader sees it."""

    year: int
    number: int
    posts: dict[str, NamedPerson] | None
    forms: dict[str, Form]
    targets: list[Target] | None
    deadlines: list[Deadline]
    lines: list[Line]
    sums: dict[str, Points] | None
    sum: Points | None
    team: list[NamedPerson] | None
    steps: list[Step]
    talk: Talk | None
    result: Result | None
    result_is_proposed: bool
    receipts: list[Receipt] | None
    actions: list[Action]


class HistoryRow(BaseModel):
    """A sealed row; of their own year departments are shown less. `data` is what the row changed."""

    seq: int | None = None
    subject: str
    number: int
    at: str
    occurred_on: Day | None
    action: str
    action_word: str
    before: str | None
    after: str
    actor: str | None
    actor_name: str | None
    actor_kind: str | None
    on_behalf_of: str | None
    confirmed_by: str | None
    reason: str | None
    document: str | None
    rulebook: str | None
    data: dict[str, Any] | None
    previous: str | None
    hash: str | None


class Mark(BaseModel):
    """One member's mark of one indicator."""

    item: str
    name: str
    points: Points
    reason: str | None
    evidence: list[str]


class Marks(BaseModel):
    """One member's marks; of a member who was released they no longer count."""

    member: str
    name: str
    assigned: bool
    marks: list[Mark]


class MarkGiven(BaseModel):
    """A mark as it stands beside its indicator."""

    member: str
    points: Points
    reason: str
    evidence: list[str]


class Aside(BaseModel):
    """A piece of evidence or a matter that stands beside an indicator."""

    key: str
    state: str
    on: str
    text: str


class WentWrong(BaseModel):
    """What went late or came back."""

    on: Day
    form: str
    what: str
    reason: str


class Indicator(BaseModel):
    """One indicator with what stands beside it; `mean` and `spread` are null until they may be seen."""

    item: str
    name: str
    most: Points
    self_form: str | None
    self_points: Points | None
    account: str
    last_year: Points | None
    evidence: list[Aside]
    marks: list[MarkGiven]
    mean: Points | None
    spread: str | None
    acknowledged_by: str | None
    plan: str
    targets: list[Target]
    setbacks: list[WentWrong]
    matters: list[Aside]


class MarkSheet(BaseModel):
    """Every indicator of one department's year, with who has marked it."""

    number: int
    team: list[str]
    done: list[str]
    unconfirmed: list[str]
    indicators: list[Indicator]


class Matter(BaseModel):
    """A matter of a department's year; `record` holds what its kind has, texts in full."""

    subject: str
    year: int
    counts_in: int
    department: str
    name: str
    matter: int = Field(ge=1)
    state: str
    state_word: str
    undecided: bool
    number: int
    deadlines: list[Deadline]
    record: dict[str, Any]
