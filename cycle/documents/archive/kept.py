"""The texts and files that the history of a year names by their digests."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Final

from cycle import evidence_store, queries
from cycle.db import Session
from cycle.documents.archive.folder import Folder
from cycle.documents.lists import listed
from cycle.documents.papers.values.reading import fit
from cycle.history_stream import rows_of
from cycle.operations.complaints import COMPLAINANT
from cycle.operations.evidence import KIND
from cycle.queries import SubjectRow
from workflows import file_kinds, ledger
from workflows.errors import Refused, Unmet

TEXTS: Final = "文本"
EVIDENCE: Final = "佐证材料"
_INDEX: Final = ("事项编号", "部门编号", "版次", "文件名", "字节数", "存放位置")


def texts(
    session: Session, folder: Folder, rows: Sequence[SubjectRow], elsewhere: Collection[str]
) -> tuple[list[str], list[str]]:
    """Write every text the rows name, under its digest, but who complained and what is of other years (`elsewhere`).

    The digests of both are given back: who complained, what is elsewhere.
    """
    named = {digest for row in rows for digest in _named(session, row)}
    complained = {
        row.record[COMPLAINANT] for row in rows if row.kind == "complaint" and COMPLAINANT in row.record
    }
    for digest in sorted(named - complained - set(elsewhere)):
        folder.write(f"{TEXTS}/{digest}.txt", queries.text(session, digest).encode())
    return sorted(named & complained), sorted(named & set(elsewhere) - complained)


def _named(session: Session, row: SubjectRow) -> list[str]:
    bodies = (ledger.parsed(body) for body, _hash in rows_of(session, row.key))
    return [digest for body in bodies for digest in (body["data"] or {}).get("texts", ())]


def evidence(folder: Folder, rows: Sequence[SubjectRow], store: Path | None) -> int:
    """Copy every file of the year's evidence, under its digest, and an index of what people called it; how many.

    Raises Refused where one is gone or no longer what was handed in.
    """
    index, copied, lost = [], set(), []
    for row in rows:
        if row.kind != KIND:
            continue
        for number, version in sorted(row.record["versions"].items(), key=lambda one: int(one[0])):
            sha256 = version["sha256"]
            place = f"{EVIDENCE}/{sha256}.{_ending(version['name'])}"
            if place not in copied and not _copied(folder, place, sha256, store):
                lost.append(row.key)
            copied.add(place)
            index.append([row.key, row.department, int(number), fit(version["name"]), version["size"], place])
    if lost:
        raise Refused(Unmet("archive_evidence_lost", {"matters": ",".join(lost)}))
    folder.write(f"表格/{EVIDENCE}存放.xlsx", listed("xlsx", f"{EVIDENCE}存放", _INDEX, index))
    return len(copied)


def _ending(name: str) -> str:
    ending = file_kinds.ending(name)
    return ending if ending in file_kinds.KINDS else "bin"


def _copied(folder: Folder, place: str, sha256: str, store: Path | None) -> bool:
    """Whether the file is there with the bytes it had."""
    if store is None:
        return False
    try:
        return folder.copy(place, evidence_store.path_of(store, sha256)) == sha256
    except (FileNotFoundError, NotADirectoryError):
        return False


def people(session: Session, rows: Sequence[SubjectRow]) -> list[list[Any]]:
    """Id and name of everybody whom the rows name as acting, confirming or acted for."""
    ids: set[str] = set()
    for row in rows:
        for text, _hash in rows_of(session, row.key):
            body = ledger.parsed(text)
            ids |= {body[name] for name in ("actor", "confirmed_by", "on_behalf_of") if body[name]}
    known = {row.key.partition(":")[2]: row for row in queries.of_kind(session, "person")}
    return [[one, fit(known[one].record["name"])] for one in sorted(ids) if one in known]
