"""The archive of a year: whole, verifiable by itself, the same when made twice, and silent about who complained."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from cycle.cli.program import build
from cycle.documents.archive import Archived, Unverified, archive, verifier
from cycle.documents.papers import issuing
from cycle.operations.evidence_files import hand_in
from tests.cast import CLERK, GENERAL, LIAISON, PERSONNEL, City, CityAt, codes, open_city, person
from tests.documents.conftest import Read, close, find, rename
from tests.held import YEAR, disagreements, key_of
from tests.operations.templates import Templates
from workflows import ledger
from workflows.errors import NotFound

PDF = b"%PDF-1.7\n one"
COMPLAINANT = "李投诉"
Made = tuple[City, Path, Archived]


def furnished(city: City, folder: Path) -> City:
    city.service = replace(city.service, evidence=folder / "evidence")
    return city


def full(city: City, folder: Path) -> City:
    """A closed year with evidence, a complaint, a finding, papers issued, and a department of an odd name."""
    furnished(city, folder)
    arguments = {"year": YEAR, "department": GENERAL, "about": "plan"}
    stream = io.BytesIO(PDF)
    hand_in(
        city.service,
        "offer_evidence",
        person(LIAISON[GENERAL]),
        arguments,
        name="总结（盖章）.pdf",
        stream=stream,
    )
    find(city, GENERAL, severity="ordinary", text="桌牌缺失")
    about = {"department": GENERAL, "year": YEAR, "on": f"{YEAR}-01-08", "text": "无人接待"}
    city.do("complaint", person(CLERK), action="receive", source="visit", complainant=COMPLAINANT, **about)
    key = f"complaint:{YEAR}:{GENERAL}:1"
    steps = (("investigate", CLERK), ("hear", LIAISON[GENERAL]), ("dismiss", CLERK), ("close", CLERK))
    for action, who in steps:
        city.do("complaint", person(who), subject=key, action=action, text="查无实据")
    rename(city, PERSONNEL, "../<局>&:*?=1+1")
    city.do(
        "finding",
        person(LIAISON[GENERAL]),
        subject=f"finding:{YEAR}:{GENERAL}:1",
        action="rectify",
        text="已改",
    )
    city.do("finding", person(CLERK), subject=f"finding:{YEAR}:{GENERAL}:1", action="verify")
    city.to_central_review()
    city.to_pending()
    city.to_ratified()
    issuing.issue(city.service, person(CLERK), "circular", YEAR)
    close(city)
    return city


def run(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """The archive's own verifier, as its reader runs it: isolated from everything installed."""
    command = [sys.executable, "-I", "-X", "utf8", "verify.py", *more]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8")


@pytest.fixture(scope="module")
def made(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """The archive of one whole year, for every test that leaves it as it is."""
    folder = tmp_path_factory.mktemp("archive")
    url = templates.copy("running", folder / "city.db")
    city = full(open_city(url, "running"), folder)
    yield city, folder / "档案", archive(city.service, YEAR, folder / "档案")
    faults = disagreements(city)
    city.service.database.close()
    templates.give_back(url)
    assert faults == []


def test_an_archive_is_whole_and_verifies_by_its_own_program(made: Made) -> None:
    city, folder, told = made
    done = run(folder, "--state", key_of(GENERAL))
    assert (done.returncode, done.stderr) == (0, "")
    state, counts, digest = done.stdout.splitlines()
    assert json.loads(state) == {"state": "closed", "record": dict(city.appraisal(GENERAL).record)}
    assert counts == f"核验了{told.subjects}个事项的{told.rows}条流转，0处不符"
    assert digest == f"清单的摘要：{told.digest}"
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert len(names) == told.files
    assert {
        "说明.txt",
        "history.jsonl",
        "checkpoint.json",
        "archive.json",
        "manifest.sha256",
        "verify.py",
    } <= set(names)
    assert [path.read_bytes() for path in (folder / "佐证材料").iterdir()] == [PDF]
    assert told.evidence == 1
    assert "草稿" not in (folder / "说明.txt").read_text(encoding="utf-8-sig").split("一、")[0]
    assert list(folder.parent.glob(".*.part")) == []


def test_it_holds_the_papers_the_sheets_and_the_decisions(made: Made) -> None:
    _, folder, _ = made
    (issued,) = (path for path in (folder / "公文").iterdir() if path.is_file())
    assert issued.name == f"绩效办通〔2026〕1号 {YEAR}年度考评结果通报.docx"
    assert "绩效办通〔2026〕1号" in Read(issued.read_bytes()).text
    drafts = sorted(path.name for path in (folder / "公文" / "未印发").iterdir())
    assert [name.partition("年度")[2].partition("（")[0].removesuffix(".docx") for name in drafts] == [
        "整改通知书",
        "诫勉谈话记录",
        "等次名单",
    ]
    assert "〔　　〕　号" in Read((folder / "公文" / "未印发" / drafts[0]).read_bytes()).text
    assert len(list((folder / "得分表").iterdir())) == 3
    decisions = (
        CalamineWorkbook.from_path(folder / "表格" / "决定和依据文件.xlsx").get_sheet_by_index(0).to_python()
    )
    actions = [row[decisions[0].index("事项")] for row in decisions[1:]]
    assert {"启动年度", "审定等次"} <= set(actions)
    register = CalamineWorkbook.from_path(folder / "表格" / "发文登记.xlsx").get_sheet_by_index(0).to_python()
    assert register[1][0] == "绩效办通〔2026〕1号"
    assert register[1][5] == "是"


def test_who_complained_is_nowhere_in_it(made: Made) -> None:
    city, folder, _ = made
    assert COMPLAINANT.encode() not in b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())
    told = json.loads((folder / "archive.json").read_text(encoding="utf-8"))
    assert len(told["withheld"]) == 1
    digest = city.row(f"complaint:{YEAR}:{GENERAL}:1").record["complainant"]
    assert told["withheld"] == [digest]
    assert not (folder / "文本" / f"{digest}.txt").exists()


def test_made_twice_it_is_the_same_to_the_byte(made: Made, tmp_path: Path) -> None:
    city, folder, told = made
    city.at("2026-05-06")
    assert archive(city.service, YEAR, tmp_path / "again") == told
    first, second = (
        {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}
        for root in (folder, tmp_path / "again")
    )
    assert first == second


def test_one_changed_byte_anywhere_is_noticed(made: Made, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made[1], tmp_path / "copy"))
    names = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    for name in names:
        content = bytearray((folder / name).read_bytes())
        at = len(content) // 2
        content[at] ^= 1
        (folder / name).write_bytes(content)
        try:
            _subjects, faults = verifier.verify(folder)
        except verifier.Unusable:
            faults = ["unusable"]
        assert faults, name
        content[at] ^= 1
        (folder / name).write_bytes(content)
    assert verifier.verify(folder)[1] == []
    history = folder / "history.jsonl"
    history.write_bytes(history.read_bytes().replace(b'"actor":"system"', b'"actor":"systen"', 1))
    done = run(folder)
    assert done.returncode == 5
    assert "内容与散列不符" in done.stdout
    assert "文件有改动：history.jsonl" in done.stdout


def reseal(folder: Path) -> None:
    """Make the list of files fit again, as whoever changes a file would."""
    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != verifier.MANIFEST
    )
    text = "".join(f"{verifier.sha256_of(folder / name)}  {name}\n" for name in names)
    (folder / verifier.MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def test_what_is_changed_with_its_place_in_the_list_is_noticed_by_the_history(
    made: Made, tmp_path: Path
) -> None:
    _, folder, _ = made

    def damaged(name: str) -> Path:
        shutil.rmtree(tmp_path / "copy", ignore_errors=True)
        return Path(shutil.copytree(folder, tmp_path / "copy")) / name

    def found(root: Path) -> str:
        reseal(root)
        done = run(root)
        assert done.returncode == 5
        return done.stdout

    lines = (folder / "history.jsonl").read_bytes().splitlines(keepends=True)
    cut = damaged("history.jsonl")
    cut.write_bytes(b"".join(lines[:-1]))
    assert "与检查点不符" in found(cut.parent)
    text = next(damaged("文本").iterdir())
    text.write_bytes(text.read_bytes() + b" ")
    assert "文本与其摘要不符" in found(tmp_path / "copy")
    next(damaged("文本").iterdir()).unlink()
    assert "缺少文本" in found(tmp_path / "copy")
    scan = next(damaged("佐证材料").iterdir())
    scan.write_bytes(PDF + b"x")
    assert "佐证材料与其摘要不符" in found(tmp_path / "copy")
    next(damaged("佐证材料").iterdir()).unlink()
    assert "缺少佐证材料" in found(tmp_path / "copy")
    (damaged("多余.txt")).write_bytes(b"x")
    assert "清单之外的文件：多余.txt" in run(tmp_path / "copy").stdout
    points = damaged("history.jsonl")
    points.write_bytes(raised(lines))
    point = json.loads((points.parent / "checkpoint.json").read_text(encoding="utf-8"))
    (points.parent / "checkpoint.json").write_text(json.dumps(point | {"rows": 1}), encoding="utf-8")
    told = found(points.parent)
    assert "得分明细合计" in told
    assert "检查点已损坏" in told


def raised(lines: list[bytes]) -> bytes:
    """A history in which one mark is a point higher, sealed anew."""
    rows = [json.loads(line) for line in lines]
    key, head = key_of(GENERAL), None
    for row in (row for row in rows if row["subject"] == key):
        for line in (row["data"] or {}).get("lines", ())[:1]:
            line["points"] += 100
        row["previous"] = head
        head = row["hash"] = ledger.digest(ledger.canonical({name: row[name] for name in ledger.BODY_KEYS}))
    return b"".join(ledger.canonical(row).encode() + b"\n" for row in rows)


def test_a_year_that_is_not_closed_is_archived_as_a_draft_alone(city_at: CityAt, tmp_path: Path) -> None:
    city = city_at("ratified")
    assert codes(lambda: archive(city.service, YEAR, tmp_path / "a")) == ["archive_not_closed"]
    assert list(tmp_path.glob("[!.]a")) == []
    told = archive(city.service, YEAR, tmp_path / "a", draft=True)
    assert told.draft
    assert "【草稿】" in (tmp_path / "a" / "说明.txt").read_text(encoding="utf-8-sig")
    assert run(tmp_path / "a").returncode == 0
    with pytest.raises(NotFound):
        archive(city.service, YEAR + 5, tmp_path / "b")


def test_nothing_is_written_where_something_is_or_where_a_file_is_lost(
    city_at: CityAt, tmp_path: Path
) -> None:
    city = furnished(city_at("running"), tmp_path)
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "kept").write_bytes(b"kept")
    with pytest.raises(FileExistsError):
        archive(city.service, YEAR, taken, draft=True)
    assert [path.name for path in taken.iterdir()] == ["kept"]
    arguments = {"year": YEAR, "department": GENERAL, "about": "plan"}
    who = person(LIAISON[GENERAL])
    hand_in(city.service, "offer_evidence", who, arguments, name="a.pdf", stream=io.BytesIO(PDF))
    (scan,) = (tmp_path / "evidence").glob("??/*")
    scan.unlink()
    assert codes(lambda: archive(city.service, YEAR, tmp_path / "lost", draft=True)) == [
        "archive_evidence_lost"
    ]
    assert not (tmp_path / "lost").exists()
    assert list(tmp_path.glob(".*.part")) == []


def test_a_history_that_does_not_verify_is_not_archived(city_at: CityAt, tmp_path: Path) -> None:
    city = city_at("registered")
    city.whole("declare_unrecorded", YEAR - 1)
    with city.service.database.write() as session:
        session.driver.execute("UPDATE subject SET record = '{}' WHERE key = 'cycle:2024'")
    with pytest.raises(Unverified):
        archive(city.service, YEAR - 1, tmp_path / "a")
    assert not (tmp_path / "a").exists()
    with city.service.database.write() as session:
        session.driver.execute("UPDATE subject SET record = '{\"unrecorded\":true}' WHERE key = 'cycle:2024'")
    assert archive(city.service, YEAR - 1, tmp_path / "a").subjects == 2


def test_the_command_is_part_of_the_program() -> None:
    names = {command.name for command in build().registered_commands}
    assert "archive" in names
    assert "paper" in {group.name for group in build().registered_groups}
