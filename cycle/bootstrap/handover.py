"""Going on in another interpreter, as if the user had started that one."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn


def hand_over(command: Sequence[str], environ: Mapping[str, str]) -> NoReturn:
    """Become the command: same process where the system can, else a child whose exit status we take."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execve(command[0], list(command), dict(environ))  # noqa: S606  # no shell is wanted
    with subprocess.Popen(list(command), env=dict(environ)) as child:
        while True:
            try:
                sys.exit(child.wait())
            except KeyboardInterrupt:
                continue  # the child had it too and decides what it means


def environ_for(root: Path, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which ``-m cycle`` finds this program from any folder."""
    environ = {
        key: value for key, value in inherited.items() if key not in {"PYTHONHOME", "__PYVENV_LAUNCHER__"}
    }
    if Path.cwd() != root:
        environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(root), inherited.get("PYTHONPATH", ""))))
    return environ
