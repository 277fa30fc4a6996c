"""From any Python into the environment, and from there to the command."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from cycle.bootstrap import arguments, testing
from cycle.bootstrap.environment import Environment
from cycle.bootstrap.faults import Fault
from cycle.bootstrap.handover import environ_for, hand_over
from cycle.bootstrap.locks import Locks
from cycle.bootstrap.progress import Progress

ROOT = Path(__file__).resolve().parents[2]
INTERRUPTED = 130


def enter(argv: Sequence[str]) -> None:
    """Run the command in an environment that has what it needs; never returns to a wrong one."""
    try:
        asked = arguments.read(argv, os.environ)
        tests = asked.rest[:1] == ("test",)
        if Locks(ROOT / "lock").present():
            _move_in(asked, ["test", "run"] if tests else ["run"])
        if tests:
            testing.run(ROOT, asked.rest[1:])
    except Fault as fault:
        _leave(fault)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    from cycle.cli import main  # noqa: PLC0415  # needs the environment that stands only now

    sys.argv[1:] = asked.rest
    main()


def prepare(argv: Sequence[str]) -> None:
    """Make the environment ready for the groups named and say which Python to use in it."""
    try:
        asked = arguments.read(argv, os.environ)
        environment = Environment(ROOT)
        environment.ensure(asked.rest or ("run",), asked.wheelhouse, Progress(sys.stderr))
    except Fault as fault:
        _leave(fault)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    sys.stdout.write(f"{environment.python}\n")


def _move_in(asked: arguments.Arguments, groups: Sequence[str]) -> None:
    environment = Environment(ROOT)
    environment.ensure(groups, asked.wheelhouse, Progress(sys.stderr))
    if not environment.active():
        hand_over([str(environment.python), "-m", "cycle", *asked.rest], environ_for(ROOT, os.environ))


def _leave(fault: Fault) -> None:
    sys.stderr.write(fault.text())
    sys.exit(fault.status)
