"""A program that works at the interface with HTTP alone: nothing of the service is imported here.

It names subjects by their keys and has acts confirmed by a second person where the service asks for one. Everybody
brings access keys of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import count
from typing import Any

import httpx2

ROOT = "/api/v1"
PLURALS = {"bonus": "bonuses", "duty": "duties", "evidence": "evidence"}
PLACES = {"cycle": "cycles", "calendar": "calendars", "department": "departments", "person": "people"}
POINTS = ("central", "public", "leader", "base", "deductions", "bonus", "total")


class Refusal(Exception):
    """An answer other than what was asked for: its status and the problem it tells."""

    def __init__(self, answer: httpx2.Response) -> None:
        super().__init__(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}")
        self.status = answer.status_code
        self.problem: Mapping[str, Any] = answer.json()

    @property
    def codes(self) -> list[str]:
        """Every condition that was not met."""
        return [unmet["code"] for unmet in self.problem.get("unmet", ())]


def hundredths(points: str | None) -> int | None:
    """Points as they are written, two decimals, as whole hundredths."""
    return None if points is None else int(Decimal(points) * 100)


def path_of(subject: str) -> str:
    """Where a subject stands in the interface, from its key."""
    kind, _, rest = subject.partition(":")
    if kind == "regulation":
        return "/regulation"
    if kind in PLACES:
        return f"/{PLACES[kind]}/{rest}"
    year, *further = rest.split(":")
    return "/".join([f"/cycles/{year}", PLURALS.get(kind, f"{kind}s"), *further])


class Client:
    """Everybody at work, each by a key of their own; `bring` asks somebody for one.

    `second` confirms what waits for a second person.
    """

    def __init__(self, http: httpx2.Client, *, second: str, bring: Callable[[str], str]) -> None:
        self.http = http
        self.second = second
        self.bring = bring
        self.keys: dict[str, str] = {}
        self.numbers = count(1)

    def renew(self) -> None:
        """Everybody brings a new key before the old one ends, and has the old one revoked by it."""
        for who, old in list(self.keys.items()):
            self.keys[who] = self.bring(who)
            self._post(who, f"/tokens/{old.split('_')[1]}/revoke", {"reason": "renewed"})

    # --- reading ---

    def read(self, who: str, path: str, **query: str | int) -> Any:
        """What stands at a path, as somebody sees it. Raises Refusal."""
        answer = self.http.get(ROOT + path, params=query, headers=self._headers(who))
        if answer.status_code != 200:
            raise Refusal(answer)
        return answer.json()

    def every(self, who: str, path: str, **query: str | int) -> Iterator[Any]:
        """A list as a whole, page by page."""
        seen, total = 0, 1
        while seen < total:
            page = self.read(who, path, offset=seen, **query)
            total = page["total"]
            seen += len(page["items"])
            yield from page["items"]

    def rulebook(self, who: str, year: int) -> tuple[str, Mapping[str, Any]]:
        """The digest of a year's rulebook, and its content."""
        found = self.read(who, f"/cycles/{year}/rulebook")
        return found["digest"], found["content"]

    def to_confirm(self, who: str, year: int) -> list[str]:
        """The figures that the office has still to confirm."""
        figures = self.every(who, f"/cycles/{year}/figures", limit=7)
        return [one["path"] for one in figures if one["to_confirm"] and not one["confirmed"]]

    def ties(self, who: str, year: int) -> dict[str, tuple[list[str], Mapping[str, int]]]:
        """The ties at a cut that nobody has ruled on: who is in it, and the seats they share."""
        return {
            one["tie"]: ([member["department"] for member in one["departments"]], one["seats"])
            for one in self.every(who, f"/cycles/{year}/ties")
            if not one["ruling"]
        }

    def receipts(self, who: str, year: int, department: str) -> list[tuple[str, int]]:
        """What a department has still to acknowledge: subject and number."""
        sheet = self.read(who, f"/cycles/{year}/appraisals/{department}")
        return [(one["subject"], one["number"]) for one in sheet["receipts"]]

    def open_duties(self, who: str, year: int) -> list[str]:
        """The duties of a year still to be done, by key."""
        duties = self.every(who, f"/cycles/{year}/duties", state="open", limit=5)
        return sorted(one["subject"] for one in duties)

    def state(self, who: str, subject: str) -> str:
        """Where a subject stands."""
        return str(self.read(who, path_of(subject))["state"])

    def results(self, who: str, year: int) -> list[dict[str, Any]]:
        """The results that stand, best first, points in hundredths."""
        rows = self.read(who, f"/cycles/{year}/results")["results"]
        return [
            {name: hundredths(value) if name in POINTS else value for name, value in row.items()}
            for row in rows
        ]

    # --- acting ---

    def act(self, who: str, subject: str, action: str, /, **sent: Any) -> dict[str, Any]:
        """Do something about a subject. Raises Refusal."""
        return self._post(who, f"{path_of(subject)}/{action}", sent)

    def make(self, who: str, kind: str, year: int, department: str, action: str, /, **sent: Any) -> str:
        """Make a new matter of a department's year; its key."""
        made = self._post(who, f"{path_of(f'{kind}:{year}:{department}')}/{action}", sent)
        return str(made["subject"])

    def register(self, who: str, kind: str, /, **entry: Any) -> None:
        """Enter a person or a department."""
        self._post(who, f"/{PLACES[kind]}", entry)

    def hand_in(self, who: str, subject: str, name: str, content: bytes, **fields: str) -> str:
        """Hand in a file as evidence: a new piece for a department's year, or a version of one there is."""
        about = subject.count(":") == 2
        path = f"{ROOT}{path_of(subject)}/{'offer' if about else 'replace'}"
        file = {"file": (name, content)}
        answer = self.http.post(path, data=fields, files=file, headers=self._headers(who))
        return str(self._done(answer)["subject"])

    def _post(self, who: str, path: str, sent: Mapping[str, Any]) -> dict[str, Any]:
        headers = {**self._headers(who), "Idempotency-Key": f"act-{next(self.numbers)}"}
        answer = self.http.post(ROOT + path, json=dict(sent), headers=headers)
        if answer.status_code == 202:
            waiting = answer.headers["Location"]
            answer = self.http.post(f"{waiting}/confirm", headers=self._headers(self.second))
        return self._done(answer)

    def _done(self, answer: httpx2.Response) -> dict[str, Any]:
        if answer.status_code not in (200, 201):
            raise Refusal(answer)
        done: dict[str, Any] = answer.json()
        return done

    # --- keys ---

    def _headers(self, who: str) -> dict[str, str]:
        if who not in self.keys:
            self.keys[who] = self.bring(who)
        return {"Authorization": f"Bearer {self.keys[who]}"}
