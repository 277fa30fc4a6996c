"""The one way in: ``python3 -m cycle …``.

Whatever Python the machine has reads this file first, so it must parse on old ones too, and it imports
nothing but the standard library until the environment stands.
"""

import sys

OLDEST = (3, 11)


def too_old(version: "tuple[int, ...]") -> bool:
    """Whether a Python of this version cannot run the program."""
    return version[:2] < OLDEST


def refuse_old_python() -> None:
    """Leave with status 2 and one sentence in each language when this Python is too old."""
    if too_old(sys.version_info[:2]):
        found = f"{sys.version_info[0]}.{sys.version_info[1]}"
        sys.stderr.write(f"需要 Python 3.11 或更高版本,当前为 {found}:{sys.executable}\n")
        sys.stderr.write(f"Python 3.11 or newer is needed; this is {found}: {sys.executable}\n")
        sys.exit(2)


def main() -> None:
    """Bring up the environment if need be, then run the command named on the command line."""
    refuse_old_python()
    from cycle.bootstrap import door  # noqa: PLC0415  # its syntax is too new for the Pythons refused above

    door.enter(sys.argv[1:])


if __name__ == "__main__":
    main()
