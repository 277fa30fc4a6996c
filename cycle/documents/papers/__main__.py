"""Writes the shipped templates of the papers anew."""

from __future__ import annotations

from pathlib import Path

from cycle.documents.papers.templates import FOLDER, LAYOUTS, file_name, made


def main() -> None:
    folder = Path(__file__).parents[1] / FOLDER
    for kind in LAYOUTS:
        (folder / file_name(kind)).write_bytes(made(kind))


if __name__ == "__main__":
    main()
