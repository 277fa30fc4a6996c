"""When the environment counts as ready, and what it says of itself."""

import errno
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cycle.bootstrap import stamp
from cycle.bootstrap.environment import Environment
from cycle.bootstrap.faults import SENTENCES, Fault
from cycle.bootstrap.installing import environment
from cycle.bootstrap.progress import Progress
from tests.ground.conftest import Project

LOCKS = {"run": "a" * 64}


@pytest.fixture
def made(tmp_path: Path) -> Environment:
    """A finished environment whose Python is this one."""
    here = Environment(tmp_path)
    here.python.parent.mkdir(parents=True)
    here.python.symlink_to(sys.executable)
    stamp.finish(here.folder, stamp.Stamp(stamp.this_python(), LOCKS))
    return here


def test_a_finished_environment_is_ready_for_its_locks_and_no_others(made: Environment) -> None:
    assert made.ready(LOCKS)
    assert made.ready({})
    assert not made.ready({"run": "b" * 64})
    assert not made.ready({**LOCKS, "test": "a" * 64})


def test_a_begun_environment_is_not_ready(made: Environment) -> None:
    stamp.begin(made.folder)
    assert not made.ready(LOCKS)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"python": "x", "locks": 3}'])
def test_a_stamp_that_cannot_be_made_out_is_none(made: Environment, text: str) -> None:
    (made.folder / stamp.STAMP).write_text(text, encoding="utf-8")
    assert stamp.read(made.folder) is None
    assert not made.ready(LOCKS)


def test_another_python_at_the_door_leaves_a_working_environment_alone(
    made: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamp, "this_python", lambda: "cpython 3.99 plan9 z80")
    assert made.ready(LOCKS)


def test_an_environment_whose_python_changed_below_it_is_not_ready(made: Environment) -> None:
    stamp.write(made.folder, stamp.Stamp("cpython 3.99 plan9 z80", LOCKS))
    assert not made.ready(LOCKS)


def test_an_environment_tells_the_same_of_its_python_as_we_do() -> None:
    told = subprocess.run(
        [sys.executable, "-I", stamp.__file__], capture_output=True, text=True, check=True
    ).stdout
    assert told.strip() == stamp.this_python()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EACCES, "folder_unwritable"),
        (errno.EROFS, "folder_unwritable"),
        (errno.ENOSPC, "environment_failed"),
    ],
)
def test_a_folder_that_takes_no_environment_is_named(
    project: Project, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, "refused")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(Fault) as failed:
        Environment(project.root).ensure(["run"], None, Progress(io.StringIO()))
    assert (failed.value.code, failed.value.status) == (code, 1)
    assert str(project.root) in failed.value.text()


def test_an_unknown_group_is_bad_usage(project: Project) -> None:
    with pytest.raises(Fault) as refused:
        Environment(project.root).ensure(["runn"], None, Progress(io.StringIO()))
    assert (refused.value.code, refused.value.status) == ("group_unknown", 2)
    assert "run, test" in refused.value.text()


def test_the_users_index_is_kept_and_a_target_elsewhere_is_not() -> None:
    given = {"PIP_INDEX_URL": "i", "PIP_CERT": "c", "HTTPS_PROXY": "p", "PIP_TARGET": "t", "PYTHONHOME": "h"}
    assert environment(given) == {"PIP_INDEX_URL": "i", "PIP_CERT": "c", "HTTPS_PROXY": "p"}


@pytest.mark.parametrize("code", SENTENCES)
def test_every_fault_is_told_in_both_languages(code: str) -> None:
    data: dict[str, Any] = dict.fromkeys(
        ("path", "group", "known", "name", "reason", "python", "download", "log"), "DATA"
    )
    text = Fault(code, detail="  | tail", **data).text()
    chinese, english = (sentence.format(**data) for sentence in SENTENCES[code])
    assert text == f"  | tail\n{chinese}\n{english}\n"
    assert "{" not in text
    assert chinese != english


def test_progress_rewrites_one_line_on_a_terminal_and_is_brief_elsewhere() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal, pipe = Terminal(), io.StringIO()
    for stream in (terminal, pipe):
        shown = Progress(stream)
        for done in range(1, 13):
            shown.count(done, 12, "pebble")
        shown.say("好了", "done")
    assert terminal.getvalue().count("\n") == 1
    assert pipe.getvalue() == "取得 / fetching 10/12 pebble\n好了 / done\n"
