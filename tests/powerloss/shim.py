"""Builds `shim.c`, the library that writes down what a process does to a database's files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")


class Unavailable(Exception):
    """This machine cannot run the shim; the message says why."""


def built(folder: Path) -> Path:
    """The library, compiled into `folder`. Raises Unavailable where there is no Linux or no compiler."""
    if sys.platform != "linux":
        raise Unavailable(f"{sys.platform} has no LD_PRELOAD")
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise Unavailable("no C compiler: neither cc nor gcc is there")
    library = folder / "shim.so"
    options = ["-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-pthread"]
    made = subprocess.run(
        [compiler, *options, "-o", str(library), str(SOURCE), "-ldl"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return library
