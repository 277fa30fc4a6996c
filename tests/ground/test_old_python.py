"""A Python too old for the program still reads enough of it to say so."""

import ast
import sys
from types import SimpleNamespace

import pytest

from cycle import __main__ as door
from tests.ground.conftest import ROOT


@pytest.mark.parametrize(
    ("version", "refused"),
    [((2, 7), True), ((3, 10), True), ((3, 11), False), ((3, 13), False), ((4, 0), False)],
)
def test_python_311_is_the_oldest(version: tuple[int, int], refused: bool) -> None:
    assert door.too_old(version) is refused


def test_the_refusal_is_one_sentence_in_each_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(door, "sys", SimpleNamespace(**{**vars(sys), "version_info": (3, 8, 1)}))
    with pytest.raises(SystemExit) as left:
        door.refuse_old_python()
    assert left.value.code == 2
    chinese, english = capsys.readouterr().err.splitlines()
    assert "需要 Python 3.11 或更高版本,当前为 3.8" in chinese
    assert "Python 3.11 or newer is needed; this is 3.8" in english


@pytest.mark.parametrize("path", ["cycle/__init__.py", "cycle/__main__.py", "cycle/bootstrap/__main__.py"])
def test_what_an_old_python_reads_has_no_new_syntax(path: str) -> None:
    ast.parse((ROOT / path).read_text(encoding="utf-8"), feature_version=(3, 7))
