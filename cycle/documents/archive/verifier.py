"""年度档案的核验程序。只用 Python 标准库，不依赖任何系统，也不联网：

    python3 -I verify.py [--state 事项编号]

在档案文件夹里运行。全部相符退出码为 0；有不符的逐条列出，退出码为 5；无从核验为 2。
核验：清单上的每个文件都在、一个字节也没有变，清单之外没有多出文件；流转记录逐条首尾相接、散列与内容相符；
与检查点一致；记录所称的文本和佐证材料与其摘要相符；各部门的得分明细加起来等于审定的综合评分。
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any, Iterator  # noqa: UP035 - runs on old Pythons too

MANIFEST = "manifest.sha256"
PIECE = 1 << 20
SEALED = {
    *("subject", "number", "previous", "before", "after", "action", "at", "occurred_on", "data"),
    *("actor", "actor_kind", "on_behalf_of", "confirmed_by", "reason", "document", "rulebook"),
}
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


class Unusable(Exception):
    """What is needed to verify anything is not there or cannot be read."""


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sha256_of(path: Path) -> str:
    whole = hashlib.sha256()
    with path.open("rb") as file:
        for piece in iter(lambda: file.read(PIECE), b""):
            whole.update(piece)
    return whole.hexdigest()


def patched(target: Any, patch: Any) -> Any:
    """A JSON Merge Patch (RFC 7396) applied."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = patched(result.get(key), value)
    return result


class Chain:
    """One subject's chain and what it adds up to."""

    def __init__(self) -> None:
        self.number = 0
        self.hash: str | None = None
        self.stands: str | None = None
        self.record: dict[str, Any] = {}
        self.lines: dict[str, dict[str, Any]] = {}
        self.results: dict[tuple[Any, ...], dict[str, Any]] = {}
        self.texts: list[str] = []
        self.fault: str | None = None

    def take(self, row: dict[str, Any]) -> str | None:
        """Check one row and add it up; the first thing wrong with it."""
        body = {key: value for key, value in row.items() if key not in ("seq", "hash")}
        if row["number"] != self.number + 1:
            return "应为第{}条，却是第{}条".format(self.number + 1, row["number"])
        if set(body) != SEALED or sha256(canonical(body)) != row["hash"]:
            return "内容与散列不符"
        if row["previous"] != self.hash or row["before"] != self.stands:
            return "没有与上一条相接"
        self.number, self.hash, self.stands = row["number"], row["hash"], row["after"]
        self.add(row["data"] or {})
        return None

    def add(self, data: dict[str, Any]) -> None:
        self.record = patched(self.record, data.get("record", {}))
        for line in data.get("lines", []):
            self.lines[line["id"]] = dict(line, reversed_by=None)
            if line["reverses"] is not None:
                self.lines[line["reverses"]]["reversed_by"] = line["id"]
        for result in data.get("results", []):
            key = (result["year"], result["status"], result["version"], result["department"])
            self.results[key] = result
        self.texts += data.get("texts", [])

    def total(self) -> int:
        """The sum of the lines that count, in hundredths."""
        counted = (x for x in self.lines.values() if x["reverses"] is None and x["reversed_by"] is None)
        return sum(int(line["points"]) for line in counted)


def manifest(folder: Path) -> Iterator[str]:
    """What differs from the list of files."""
    text = read(folder / MANIFEST)
    listed = {}
    for line in text.split("\n")[:-1]:
        digest, apart, name = line[:64], line[64:66], line[66:]
        if apart != "  " or not name or set(digest) - set("0123456789abcdef"):
            yield f"清单有一行不成格式：{line[:80]}"
        listed[name] = digest
    if text != "".join(f"{listed[name]}  {name}\n" for name in sorted(listed)):
        yield "清单不是原来的样子"
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    for name in sorted(there - set(listed) - {MANIFEST}):
        yield f"清单之外的文件：{name}"
    for name in sorted(listed):
        if name not in there:
            yield f"缺少文件：{name}"
        elif sha256_of(folder / name) != listed[name]:
            yield f"文件有改动：{name}"


def history(folder: Path) -> tuple[dict[str, Chain], list[str]]:
    """Every subject of the history, and the first fault of each."""
    subjects: dict[str, Chain] = {}
    faults: list[str] = []
    text = read(folder / "history.jsonl")
    for place, line in enumerate(text.split("\n")[:-1], start=1):
        try:
            row = json.loads(line)
            subject = subjects.setdefault(row["subject"], Chain())
            if subject.fault is None:
                subject.fault = subject.take(row)
                if subject.fault is None and row["seq"] != place:
                    subject.fault = "序号是{}".format(row["seq"])
                if subject.fault is not None:
                    faults.append("流转记录第{}行，{}：{}".format(place, row["subject"], subject.fault))
        except UNREADABLE as error:
            faults.append(f"流转记录第{place}行不是一条记录：{error!r}")
    return subjects, faults


def checkpoint(folder: Path, subjects: dict[str, Chain]) -> Iterator[str]:
    """What differs from the checkpoint: every chain ends where it says, and there is no other."""
    try:
        value = json.loads(read(folder / "checkpoint.json"))
        seal = value.pop("seal")
        heads = {name: (head["number"], head["hash"]) for name, head in value["heads"].items()}
        lines = "".join("{} {} {}\n".format(name, *heads[name]) for name in sorted(heads))
        whole = (
            value["version"] == 1 and sha256(canonical(value)) == seal and sha256(lines) == value["digest"]
        )
        whole = whole and sum(number for number, _ in heads.values()) == value["rows"]
    except UNREADABLE:
        heads, whole = {}, False
    if not whole:
        yield "检查点已损坏"
        return
    for name in sorted(set(heads) | set(subjects)):
        found = subjects.get(name)
        if found is None or (found.number, found.hash) != heads.get(name):
            yield f"{name}与检查点不符"


def kept(folder: Path, subjects: dict[str, Chain]) -> Iterator[str]:
    """What differs between the texts and files at hand and the digests by which the history names them."""
    told = json.loads(read(folder / "archive.json"))
    named = {digest for subject in subjects.values() for digest in subject.texts}
    there = {path.stem: path for path in (folder / told["texts"]).glob("*.txt")}
    for digest in sorted(named - set(there) - set(told["withheld"]) - set(told["elsewhere"])):
        yield f"缺少文本：{digest}"
    for digest in sorted(there):
        if digest not in named:
            yield f"没有记录提到的文本：{digest}"
        elif sha256_of(there[digest]) != digest:
            yield f"文本与其摘要不符：{digest}"
    files = {path.stem: path for path in (folder / told["evidence"]).glob("*.*")}
    for name in sorted(subjects):
        if name.startswith("evidence:"):
            for version in subjects[name].record.get("versions", {}).values():
                path = files.get(version["sha256"])
                if path is None:
                    yield "缺少佐证材料：{}，{}".format(name, version["name"])
                elif sha256_of(path) != version["sha256"]:
                    yield "佐证材料与其摘要不符：{}，{}".format(name, version["name"])


def points(subjects: dict[str, Chain]) -> Iterator[str]:
    """Departments whose lines do not add up to the total of the latest ratified result."""
    for name in sorted(subjects):
        subject = subjects[name]
        ratified = [key for key in subject.results if key[1] == "ratified"]
        if name.startswith("appraisal:") and ratified and subject.stands != "exempted":
            total = subject.results[max(ratified, key=lambda key: int(key[2]))]["total"]
            if subject.total() != total:
                yield f"{name}的得分明细合计{subject.total()}，审定的综合评分是{total}"


def read(path: Path) -> str:
    """A text as it stands, byte for byte. Raises Unusable."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{path.name}：{error}") from error


def verify(folder: Path) -> tuple[dict[str, Chain], list[str]]:
    """Everything there is to verify. Raises Unusable."""
    faults = list(manifest(folder))
    subjects, broken = history(folder)
    faults += broken
    for part in (checkpoint(folder, subjects), kept(folder, subjects), points(subjects)):
        try:
            faults += list(part)
        except UNREADABLE as error:
            faults.append(f"有内容不成格式：{error!r}")
    return subjects, faults


def main() -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    parser = argparse.ArgumentParser()
    parser.add_argument("--state")
    asked = parser.parse_args()
    folder = Path(__file__).resolve().parent
    try:
        subjects, faults = verify(folder)
    except Unusable as error:
        sys.stderr.write(f"无从核验：{error}\n")
        return 2
    for fault in faults:
        sys.stdout.write(f"不符：{fault}\n")
    if asked.state in subjects:
        stands = subjects[asked.state]
        sys.stdout.write(canonical({"state": stands.stands, "record": stands.record}) + "\n")
    rows = sum(subject.number for subject in subjects.values())
    sys.stdout.write(f"核验了{len(subjects)}个事项的{rows}条流转，{len(faults)}处不符\n")
    sys.stdout.write(f"清单的摘要：{sha256_of(folder / MANIFEST)}\n")
    return 5 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
