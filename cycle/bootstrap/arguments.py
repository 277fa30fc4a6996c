"""The one option the bootstrap owns, taken off the command line before the program sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cycle.bootstrap.faults import Fault

OPTION = "--wheelhouse"
VARIABLE = "CYCLE_WHEELHOUSE"


@dataclass(frozen=True, slots=True)
class Arguments:
    """A folder of wheels to install from instead of an index, or None, and the program's own arguments."""

    wheelhouse: Path | None
    rest: tuple[str, ...]


def read(argv: Sequence[str], environ: Mapping[str, str]) -> Arguments:
    """Split the command line. The option wins over the variable, the last option over the others.

    What follows a bare ``--`` belongs to the program. Raises `Fault` for an option without a folder.
    """
    wheelhouse = environ.get(VARIABLE, "")
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == OPTION or word.startswith(OPTION + "="):
            wheelhouse = next(words, "") if word == OPTION else word.partition("=")[2]
            if not wheelhouse:
                raise Fault("wheelhouse_blank", status=2)
        else:
            rest.append(word)
    return Arguments(Path(wheelhouse).absolute() if wheelhouse else None, tuple(rest))
