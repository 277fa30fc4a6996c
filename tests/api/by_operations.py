"""The year's acts asked of the operations themselves, without HTTP: what the interface is compared with."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cycle import queries
from cycle.board.receipts import of_department
from cycle.db import Session
from cycle.facts import rulebook_of, standing_calendar
from cycle.operations.catalogue import OPERATIONS
from cycle.operations.evidence_files import hand_in
from cycle.operations.perform import Answer, confirm, perform
from cycle.permissions import Act
from cycle.queries import SubjectRow
from cycle.service import Service
from workflows import rulebook
from workflows.workdays import local_day

OF_KIND = {"appraisal": "move", "regulation": "confirm_figure", "calendar": "import_calendar"}
MAKING = {"bonus": "apply_bonus", "objection": "file_objection", "duty": "hold_to_account"}
APART = ("acknowledge", "note_receipt", "assign_owner")
ACT = ("reason", "document", "on_behalf_of")


@dataclass(frozen=True)
class Operations:
    """One service, with a `second` person who confirms what waits for one."""

    service: Service
    second: str

    def act(self, who: str, subject: str, action: str, /, **sent: Any) -> Answer:
        kind, _, rest = subject.partition(":")
        if kind in ("cycle", "calendar"):
            name = action if kind == "cycle" else OF_KIND[kind]
            return self._ask(who, name, {**sent, "year": int(rest)})
        if kind == "regulation":
            return self._ask(who, OF_KIND[kind], sent)
        if action in APART:
            return self._ask(who, action, {**sent, "subject": subject})
        return self._ask(who, OF_KIND.get(kind, kind), {**sent, "subject": subject, "action": action})

    def make(self, who: str, kind: str, year: int, department: str, action: str, /, **sent: Any) -> str:
        named = {} if kind in MAKING else {"action": action}
        asked = {**sent, **named, "year": year, "department": department}
        return str(self._ask(who, MAKING.get(kind, kind), asked)["subject"])

    def register(self, who: str, kind: str, /, **entry: Any) -> None:
        self._ask(who, f"register_{kind}", entry)

    def hand_in(self, who: str, subject: str, name: str, content: bytes, **fields: str) -> str:
        _, year, department, *number = subject.split(":")
        where: dict[str, Any] = (
            {"subject": subject} if number else {"year": int(year), "department": department}
        )
        operation = "replace_evidence" if number else "offer_evidence"
        stream = io.BytesIO(content)
        done = hand_in(self.service, operation, Act(who), {**fields, **where}, name=name, stream=stream)
        return str(done["subject"])

    def renew(self) -> None:
        """Nobody needs a key here."""

    def _ask(self, who: str, name: str, sent: Mapping[str, Any]) -> Answer:
        given = dict(sent)
        act = Act(who, **{field: given.pop(field) for field in ACT if field in given})
        answer = perform(self.service, OPERATIONS[name], name, act, given)
        if "pending" in answer:
            answer = confirm(self.service, OPERATIONS, answer["pending"], self.second)
        return answer

    # --- what the year has to know ---

    def _look(self, at: Callable[[Session], Any]) -> Any:
        with self.service.database.read() as session:
            return at(session)

    def _row(self, key: str) -> SubjectRow:
        found = self._look(lambda session: queries.subject(session, key))
        assert found is not None, key
        row: SubjectRow = found
        return row

    def rulebook(self, _who: str, year: int) -> tuple[str, Mapping[str, Any]]:
        cycle = self._row(f"cycle:{year}")
        book = self._look(lambda session: rulebook_of(session, cycle))
        return book.digest, book.content()

    def to_confirm(self, _who: str, _year: int) -> list[str]:
        return [figure.path for figure in rulebook.load().to_confirm()]

    def ties(self, _who: str, year: int) -> dict[str, tuple[list[str], Mapping[str, int]]]:
        ties = self._row(f"cycle:{year}").record["ties"]
        return {name: (tie["departments"], tie["seats"]) for name, tie in ties.items()}

    def receipts(self, _who: str, year: int, department: str) -> list[tuple[str, int]]:
        cycle, row = self._row(f"cycle:{year}"), self._row(f"appraisal:{year}:{department}")
        today = local_day(self.service.clock.now(), self.service.zone)

        def awaited(session: Session) -> list[tuple[str, int]]:
            book, calendar = rulebook_of(session, cycle), standing_calendar(session)
            found = of_department(session, row, book, calendar, today)
            return [(each.subject, each.receipt.number) for each in found]

        found: list[tuple[str, int]] = self._look(awaited)
        return found

    def open_duties(self, _who: str, year: int) -> list[str]:
        duties = self._look(lambda session: queries.matters_of_year(session, "duty", year))
        return sorted(row.key for row in duties if row.state == "open")

    def state(self, _who: str, subject: str) -> str:
        return self._row(subject).state
