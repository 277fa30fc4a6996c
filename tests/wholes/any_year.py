"""A year of three departments in which anybody may ask for anything: what holds after every step, and at its end."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from cycle import evidence_store
from cycle.operations import pending_act
from cycle.operations.catalogue import OPERATIONS
from cycle.operations.evidence_files import HANDED_IN
from cycle.operations.perform import Answer, Operation, confirm, drop, perform
from cycle.permissions import Act
from tests.cast import DEPARTMENTS, LIAISON, MEMBER, THIRD, City, marks, open_city, person
from tests.held import COLLEAGUE, YEAR, disagreements
from tests.operations.templates import Templates
from tests.wholes import asks, points, sights
from tests.wholes.asks import Ask
from tests.wholes.kept import Kept, by_the_clock, counts, day_of, judged
from tests.wholes.who_may import BODIES, Body, may_ask
from workflows.errors import Conflict, NotFound, Refused

STAGES: Final = ("running", "reviewing", "pending", "proposed", "ratified")
ROLE_CODES: Final = frozenset({"role_missing", "relation_missing", "recused", "behalf_not_possible"})
"""What is refused for who asks, and for nothing else."""

COURSE: Final = (
    *("a_matter_goes_on",) * 8,
    *("the_year_goes_on",) * 4,
    *("something_begins",) * 3,
    *("anybody_tries",) * 3,
    *("time_passes",) * 2,
    *("the_city_decides",) * 2,
    *("a_team_marks",) * 3,
    *("a_second_person_answers", "people_come_and_go", "somebody_reads", "somebody_reads"),
)
"""What happens, by how often it does."""

NUMBER = st.integers(0, 119)
WHO = st.integers(0, 9)


@dataclass(slots=True)
class Ground:
    """Where the years of one test stand: databases to copy, a folder for them, evidence already handed in."""

    templates: Templates
    folder: Path
    evidence: Path
    files: tuple[str, str]
    number: count[int]


def ground(templates: Templates, folder: Path) -> Ground:
    """A ground with two files of evidence."""
    evidence, found = folder / "evidence", []
    for content in (b"%PDF-1.7\n one", b"%PDF-1.7\n two"):
        with evidence_store.arriving(evidence, "one.pdf", io.BytesIO(content), 1) as stored:
            found.append(stored.sha256)
    return Ground(templates, folder, evidence, (found[0], found[1]), count())


class AnyYear(RuleBasedStateMachine):
    """The service on one side, what ought to hold on the other."""

    city: City

    def __init__(self, on: Ground) -> None:
        super().__init__()
        self.on = on
        self.kept = Kept()
        self.now: tuple[int, ...] = ()
        self.steps = 0
        self.url = ""

    @initialize(stage=st.sampled_from(STAGES))
    def begin(self, stage: str) -> None:
        """A copy of a city at a stage."""
        at = "pending" if stage == "proposed" else stage
        self.url = self.on.templates.copy(at, self.on.folder / f"year{next(self.on.number)}.db")
        self.city = open_city(self.url, at)
        self.city.service = replace(self.city.service, evidence=self.on.evidence)
        if stage == "proposed":
            self.city.whole("propose")
        self.look_again()

    def teardown(self) -> None:
        """At its end the whole of the history is added up."""
        if not self.url:
            return
        found = disagreements(self.city)
        self.city.service.database.close()
        self.on.templates.give_back(self.url)
        if self.on.templates.server is None:
            for left in self.on.folder.glob(f"{Path(self.url.partition('///')[2]).name}*"):
                left.unlink()
        assert not found, found

    @property
    def today(self) -> date:
        """The office's day."""
        return day_of(self.city.clock.now())

    def look_again(self) -> list[dict[str, Any]]:
        """Take the new history rows in and hold everything against them."""
        with self.city.service.database.read() as session:
            rows, found = self.kept.take_in(session)
            found += points.faults(session, self.kept)
            found += sights.faults(session, self.kept, self.anybody(self.steps * 7).actor, self.today)
        self.now = counts(self.city.service.database)
        self.steps += 1
        assert not found, found
        return rows

    def ask(self, wish: Ask, second: int) -> None:
        """Ask for it, again under the same key now and then, and let a second person answer."""
        named = wish.act.key or f"k{self.steps}" if second % 3 == 0 else ""
        wish = wish.by(replace(wish.act, key=named))

        def asked() -> Answer:
            operation: Operation = OPERATIONS[wish.operation]
            if wish.operation in HANDED_IN:
                operation = partial(HANDED_IN[wish.operation], brought=wish.arguments["file"])
            return perform(self.city.service, operation, wish.operation, wish.act, wish.arguments)

        answer = self.attempt(wish, asked)
        if answer is None:
            return
        if named:
            assert (asked(), counts(self.city.service.database)) == (answer, self.now)
        if "pending" in answer and second < 8:
            by = self.anybody(self.steps).actor if second == 7 else (COLLEAGUE, THIRD)[second % 2]
            self.confirm(answer["pending"], by)

    def attempt(self, wish: Ask, asked: Callable[[], Answer]) -> Answer | None:
        """Ask once: what is refused has changed nothing, what is done was for whoever did it to do."""
        before, people = copy.copy(self.kept), self.kept.people()
        before.subjects = dict(self.kept.subjects)
        try:
            answer = asked()
        except (Refused, Conflict, NotFound) as refused:
            assert counts(self.city.service.database) == self.now, f"refused, and yet changed: {wish}"
            if isinstance(refused, Refused):
                self.refused_rightly(wish, refused)
            return None
        rows = self.look_again()
        given = {"actor": wish.act.actor, "arguments": wish.arguments}
        wrong = judged(before, people, given, rows)
        assert not wrong, wrong
        assert bool(rows) is ("pending" not in answer)
        for row in rows:
            if row["action"] == "complete":
                off = list(points.central_faults(self.kept, row["subject"]))
                assert not off, off
        return answer

    def refused_rightly(self, wish: Ask, refused: Refused) -> None:
        """Nobody is sent away for who they are while they might have asked."""
        if {unmet.code for unmet in refused.unmet} - ROLE_CODES:
            return
        body = Body(wish.action, wish.act.actor, wish.act.on_behalf_of, "", self.today)
        matter = self.kept.matter(wish.key, dict(wish.arguments))
        assert may_ask(self.kept.people(), matter, body), (wish, refused)

    def confirm(self, pending: str, by: str) -> None:
        """A second person confirms, or may not."""
        with self.city.service.database.read() as session:
            kept = pending_act.find(session, pending)
        first = person(kept.actor)
        wish = Ask(kept.operation, kept.subject, "", first, kept.asked["arguments"])
        self.attempt_second(wish, lambda: confirm(self.city.service, OPERATIONS, pending, by))

    def attempt_second(self, wish: Ask, asked: Callable[[], Answer]) -> None:
        """As `attempt`, but whoever is refused may have asked rightly: it is the second who may not."""
        before, people = copy.copy(self.kept), self.kept.people()
        before.subjects = dict(self.kept.subjects)
        try:
            asked()
        except (Refused, Conflict, NotFound):
            assert counts(self.city.service.database) == self.now, f"refused, and yet changed: {wish}"
            return
        rows = self.look_again()
        assert rows
        wrong = judged(before, people, {"actor": wish.act.actor, "arguments": wish.arguments}, rows)
        assert not wrong, wrong

    @rule(what=st.sampled_from(COURSE), which=NUMBER, choice=NUMBER, who=NUMBER, second=WHO)
    def step(self, what: str, which: int, choice: int, who: int, second: int) -> None:
        """One thing happens. A rule for each would be left out in most years: Hypothesis tries few at a time."""
        getattr(self, what)(which, choice, who, second)

    def a_matter_goes_on(self, which: int, choice: int, who: int, second: int) -> None:
        """Whatever is possible with a finding, a duty, a case, by whom it is usual."""
        if not self.go_on(asks.BESIDE, which, choice, who, second):
            self.something_begins(which, choice, who, second)

    def the_year_goes_on(self, which: int, choice: int, who: int, second: int) -> None:
        """Whatever is possible with the year of one department, by whom it is usual; often a form filed whole."""
        drafting = [k for k, one in self.kept.of("appraisal") if one.state.endswith(".drafting")]
        if drafting and choice % 3:
            key = drafting[which % len(drafting)]
            for action in ("save_form", "sign_off", "submit"):
                act = asks.usual(self.kept, key, action, who, self.today)
                self.ask(asks.ask(self.kept, key, action, act, choice=choice, today=self.today), second)
            return
        self.go_on(("appraisal",), which, choice, who, second)

    def go_on(self, kinds: Sequence[str], which: int, choice: int, who: int, second: int) -> bool:
        """Something of these kinds moves; whether there was anything."""
        key, action = asks.possible(self.kept, kinds, which, choice)
        if key:
            act = asks.usual(self.kept, key, action, who, self.today)
            self.ask(self.fitted(asks.ask(self.kept, key, action, act, choice=who, today=self.today)), second)
        return bool(key)

    def something_begins(self, which: int, choice: int, who: int, second: int) -> None:
        """A finding, a complaint, an application, an objection, evidence, a duty."""
        kind, department = asks.what_begins(self.kept, which), DEPARTMENTS[who % 3]
        file = self.on.files[choice % 2]
        self.ask(asks.begun(self.kept, kind, department, choice=choice, today=self.today, file=file), second)

    def anybody_tries(self, which: int, choice: int, who: int, second: int) -> None:
        """Anything by anybody, now and then in the name of whoever decides."""
        act = replace(self.anybody(who), on_behalf_of=(*BODIES, *("",) * 6)[second])
        if which % 5 == 0:
            kind, department = sorted(asks.BEGUN)[choice % len(asks.BEGUN)], DEPARTMENTS[who % 3]
            begun = asks.begun(
                self.kept, kind, department, choice=which, today=self.today, file=self.on.files[0]
            )
            self.ask(begun.by(act), second)
            return
        key, action = asks.possible(self.kept, (*asks.BESIDE, "appraisal"), which, choice)
        if key:
            self.ask(self.fitted(asks.ask(self.kept, key, action, act, choice=who, today=self.today)), second)

    def anybody(self, who: int) -> Act:
        """An act of anybody there is."""
        everybody = sorted(self.kept.people())
        return person(everybody[who % len(everybody)])

    def fitted(self, wish: Ask) -> Ask:
        """With a file where one is wanted."""
        if wish.action != "replace":
            return wish
        return replace(wish, arguments={**wish.arguments, "file": self.on.files[1], "name": "证.pdf"})

    def the_city_decides(self, which: int, choice: int, who: int, second: int) -> None:
        """An act on the whole year, now and then by anybody; of a proposal often once its window is over."""
        waits = any(one.state != "grading.pending" for _, one in self.kept.of("appraisal"))
        state = self.kept.state(f"cycle:{YEAR}")
        if ((state == "running" and waits) or state == "ratified") and choice % 8:
            self.the_year_goes_on(which, choice, who, second)
            return
        if state == "proposed" and choice % 2:
            self.pass_time(360)
        wish = asks.of_year(self.kept, choice // 2, self.today)
        if wish is not None:
            self.ask(wish.by(self.anybody(who)) if who % 4 == 0 else wish, second)

    def a_team_marks(self, which: int, choice: int, who: int, second: int) -> None:
        """A whole review at once: every sheet, every rating, and its completion."""
        marking = [k for k, one in self.kept.of("appraisal") if one.state == "central_review.marking"]
        if not marking:
            return self.the_year_is_over(which, choice, who, second)
        key = marking[which % len(marking)]
        for member, lost in zip(
            self.kept.subjects[key].record.get("team", ()), (choice, who, which), strict=False
        ):
            given = {"subject": key, "action": "mark", "marks": marks(lost % 6 * 10)}
            self.ask(Ask("move", key, "mark", person(member), given), 9)
        for at, action in enumerate(
            ("rate", "record_survey", "record_survey", "acknowledge_spread", "complete")
        ):
            act = asks.usual(self.kept, key, action, who, self.today)
            self.ask(asks.ask(self.kept, key, action, act, choice=who + at, today=self.today), second)
        return None

    def the_year_is_over(self, which: int, choice: int, who: int, second: int) -> None:
        """After the cut-off everybody who can be is settled."""
        ready = [key for key, one in self.kept.of("appraisal") if one.state == "inspection.open"]
        if ready:
            self.city.clock.at = max(self.city.clock.now(), points.CUT_OFF)
        for key in ready:
            act = asks.usual(self.kept, key, "settle", who, self.today)
            self.ask(asks.ask(self.kept, key, "settle", act, choice=choice, today=self.today), second)

    def people_come_and_go(self, which: int, choice: int, who: int, second: int) -> None:
        """A post gets another holder, somebody leaves."""
        self.ask(asks.of_register(self.kept, choice, self.today), second)

    def time_passes(self, which: int, choice: int, who: int, second: int) -> None:
        """The clock moves on and its pass is made."""
        self.pass_time((1, 5, 24, 72, 240, 1200)[choice % 6])

    def pass_time(self, hours: int) -> None:
        """So many hours later, with a pass of the clock."""
        self.city.clock.at += timedelta(hours=hours)
        swept = self.city.sweep_whatever()
        assert not swept.failed, swept.failed
        wrong = by_the_clock(self.look_again())
        assert not wrong, wrong

    def a_second_person_answers(self, which: int, choice: int, who: int, second: int) -> None:
        """Something that waits is confirmed by somebody, or taken back."""
        with self.city.service.database.read() as session:
            waiting = pending_act.waiting(session)
        if not waiting:
            self.anybody_tries(which, choice, who, second)
            return
        found = waiting[choice % len(waiting)]
        name = (COLLEAGUE, THIRD, MEMBER, self.anybody(who).actor)[which % 4]
        if who % 5:
            self.confirm(found["id"], name)
            return
        try:
            drop(self.city.service, found["id"], name)
        except Refused:
            assert name != found["actor"]
        else:
            assert name == found["actor"]
        self.look_again()

    def somebody_reads(self, which: int, choice: int, who: int, second: int) -> None:
        """What a reader is given, not only what they might be."""
        department = DEPARTMENTS[which % 3]
        name = self.anybody(who).actor if choice % 2 else LIAISON[department]
        with self.city.service.database.read() as session:
            found = sights.shown_faults(self.city.service, session, self.kept, name, department)
        assert not found, found
