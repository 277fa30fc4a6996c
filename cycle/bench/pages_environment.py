"""An environment for the page of another framework, made of its lock file: nothing of it is in the product's own."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Final

import cycle
from cycle.bootstrap.arguments import VARIABLE
from cycle.bootstrap.environment import Environment
from cycle.bootstrap.faults import Fault
from cycle.bootstrap.locks import Locks
from cycle.bootstrap.progress import Progress

GROUP: Final = "bench"
ROOT: Final = Path(cycle.__file__).resolve().parents[1]


class NotMade(Exception):
    """It could not be made here; the text says why."""


def python(home: Path) -> Path:
    """The Python of the environment below `home`, which is made where it is not there yet. Raises NotMade."""
    locks = Locks(ROOT / "lock")
    if not locks.present():
        raise NotMade(f"{ROOT.name}: no lock files")
    folder = (home / GROUP).absolute()
    try:
        (folder / "lock").mkdir(parents=True, exist_ok=True)
        pip = locks.pip()
        for file in (locks.path(GROUP), pip, pip.with_name(f"{pip.name}.sha256")):
            shutil.copy(file, folder / "lock")
        wheelhouse = os.environ.get(VARIABLE, "")
        made = Environment(folder)
        made.ensure((GROUP,), Path(wheelhouse).absolute() if wheelhouse else None, Progress(sys.stderr))
    except Fault as fault:
        said = (fault.detail or fault.text()).strip().splitlines()
        raise NotMade(said[-1].strip(" |")) from fault
    except OSError as error:
        raise NotMade(str(error)) from error
    return made.python
