"""Somebody who owns the database: drops the guards, then does as they like."""

from __future__ import annotations

import json
from typing import Any

from cycle.db import Database, Statement
from workflows import ledger

GUARDS = {
    "sqlite": tuple(f"DROP TRIGGER history_no_{what}" for what in ("update", "delete", "replace")),
    "postgresql": ("ALTER TABLE history DISABLE TRIGGER ALL",),
}


class Attacker:
    """Runs statements, `:name` for parameters in both dialects, each in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.sqlite = database.dialect == "sqlite"
        for statement in GUARDS[database.dialect]:
            self.run(statement)

    def run(self, statement: str, **parameters: Any) -> int:
        """The number of rows touched."""
        with self.database.write() as session:
            return int(Statement(statement).run(session, **parameters).rowcount)

    def change(self, statement: str, **parameters: Any) -> None:
        """A statement that must hit exactly one row."""
        touched = self.run(statement, **parameters)
        assert touched == 1, (statement, touched)

    def all(self, statement: str, **parameters: Any) -> list[Any]:
        with self.database.read() as session:
            return list(Statement(statement).run(session, **parameters).fetchall())

    def one(self, statement: str, **parameters: Any) -> Any:
        """The first column of the one row."""
        ((value, *_),) = self.all(statement, **parameters)
        return value

    def last(self, subject: str) -> int:
        """The number of a subject's last row."""
        return int(self.one("SELECT max(number) FROM history WHERE subject = :s", s=subject))

    def body(self, subject: str, number: int) -> dict[str, Any]:
        value = self.one("SELECT body FROM history WHERE subject = :s AND number = :n", s=subject, n=number)
        found: dict[str, Any] = json.loads(value)
        return found

    def put(self, subject: str, number: int, text: str, hash_: str) -> None:
        """Overwrite a row's body and hash, its columns left as they are."""
        self.change(
            "UPDATE history SET body = :b, hash = :h WHERE subject = :s AND number = :n",
            b=text,
            h=hash_,
            s=subject,
            n=number,
        )

    def insert(self, body: dict[str, Any]) -> str:
        """Append a row sealed as honest ones are; its hash."""
        text, hash_ = ledger.seal(body)
        self.change(
            "INSERT INTO history (subject, number, at, action, body, hash) VALUES (:s, :n, :t, :a, :b, :h)",
            s=body["subject"],
            n=body["number"],
            t=body["at"],
            a=body["action"],
            b=text,
            h=hash_,
        )
        return hash_

    def reseal(self, subject: str, first: int, **changes: Any) -> str:
        """Change row `first`, then seal it and every later row anew; the new last hash."""
        head = self.body(subject, first)["previous"]
        for number in range(first, self.last(subject) + 1):
            body = self.body(subject, number) | {"previous": head}
            text, head = ledger.seal(body | changes if number == first else body)
            self.put(subject, number, text, head)
        return str(head)

    def cut(self, subject: str, rows: int = 1) -> int:
        """Cut the last rows off and put all that stands back to where it was; the first number gone.

        For rows that neither void a deadline nor reverse a line.
        """
        first = self.last(subject) - rows + 1
        texts = [
            t for n in range(first, first + rows) for t in self.body(subject, n)["data"].get("texts", ())
        ]
        self.run("DELETE FROM history WHERE subject = :s AND number >= :n", s=subject, n=first)
        stored = self.all(
            "SELECT subject, number, at, action, body, hash FROM history WHERE subject = :s ORDER BY number",
            s=subject,
        )
        ((folded, fault),) = ledger.fold(ledger.Row(*row) for row in stored)
        assert fault is None
        self.change(
            "UPDATE subject SET state = :state, number = :n, hash = :h, record = :r, wake = :w"
            " WHERE key = :s",
            state=folded.state,
            n=folded.number,
            h=folded.hash,
            r=ledger.canonical(folded.record),
            w=folded.record.get("wake"),
            s=subject,
        )
        for table, known in (("deadline", folded.deadlines), ("line", folded.lines)):
            for (name,) in self.all(f"SELECT id FROM {table} WHERE subject = :s", s=subject):
                if name not in known:
                    self.change(f"DELETE FROM {table} WHERE id = :i", i=name)
        keys = "year, status, version, department"
        for key in self.all(f"SELECT {keys} FROM result WHERE subject = :s", s=subject):
            if tuple(key) not in folded.results:
                named = dict(zip("ytvd", key, strict=True))
                where = "year = :y AND status = :t AND version = :v AND department = :d"
                self.change(f"DELETE FROM result WHERE {where}", **named)
        for text in texts:
            self.run("DELETE FROM text WHERE sha256 = :t", t=text)
        return first
