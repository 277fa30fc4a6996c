"""``cycle test``: pytest over the whole tree, in this environment."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from cycle.bootstrap.faults import Fault
from cycle.bootstrap.handover import hand_over

WORKERS = "2"
SHARED = "worksteal"
"""How the tests are shared out: whoever is done takes over half of what the other one has left."""

KEPT = "tmp_path_retention_policy=failed"
"""Which tests' files are kept: all of them are more than half a gigabyte, and tests wait for the disk as well."""


def command(arguments: Sequence[str]) -> list[str]:
    """Return pytest's command line; the user's arguments come last and win."""
    return [sys.executable, "-m", "pytest", "-n", WORKERS, "--dist", SHARED, "-o", KEPT, *arguments]


def run(root: Path, arguments: Sequence[str]) -> NoReturn:
    """Become pytest, so that its closing line is the last and its exit status is ours."""
    if not (root / "tests").is_dir():
        raise Fault("tests_missing")
    os.chdir(root)
    hand_over(command(arguments), os.environ)
