"""``python3 -m cycle.bootstrap [run] [test] [lint]``: only make the environment, with these lock files."""

import sys

from cycle.__main__ import refuse_old_python


def main() -> None:
    """Prepare the named groups (`run` when none is named)."""
    refuse_old_python()
    from cycle.bootstrap import door  # noqa: PLC0415  # its syntax is too new for the Pythons refused above

    door.prepare(sys.argv[1:])


if __name__ == "__main__":
    main()
