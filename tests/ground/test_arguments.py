"""The bootstrap's own option on the command line."""

from pathlib import Path

import pytest

from cycle.bootstrap import arguments
from cycle.bootstrap.faults import Fault

HERE = Path.cwd()


@pytest.mark.parametrize(
    ("argv", "environ", "wheelhouse", "rest"),
    [
        (["demo"], {}, None, ("demo",)),
        (["demo", "--wheelhouse", "w"], {}, HERE / "w", ("demo",)),
        (["--wheelhouse=w", "demo", "--year", "2025"], {}, HERE / "w", ("demo", "--year", "2025")),
        (["demo"], {"CYCLE_WHEELHOUSE": "v"}, HERE / "v", ("demo",)),
        (["--wheelhouse", "w", "demo"], {"CYCLE_WHEELHOUSE": "v"}, HERE / "w", ("demo",)),
        (["--wheelhouse", "v", "--wheelhouse", "w"], {}, HERE / "w", ()),
        (["demo", "--", "--wheelhouse", "w"], {}, None, ("demo", "--", "--wheelhouse", "w")),
        (["demo", "--wheelhouses"], {}, None, ("demo", "--wheelhouses")),
        ([], {}, None, ()),
    ],
)
def test_the_option_is_taken_off_and_the_rest_is_left(
    argv: list[str], environ: dict[str, str], wheelhouse: Path | None, rest: tuple[str, ...]
) -> None:
    assert arguments.read(argv, environ) == arguments.Arguments(wheelhouse, rest)


@pytest.mark.parametrize("argv", [["demo", "--wheelhouse"], ["--wheelhouse="], ["--wheelhouse", ""]])
def test_an_option_without_a_folder_is_bad_usage(argv: list[str]) -> None:
    with pytest.raises(Fault) as refused:
        arguments.read(argv, {})
    assert (refused.value.code, refused.value.status) == ("wheelhouse_blank", 2)
