"""Reads a TOML file, or says in a stable code why it cannot be read."""

import re
import tomllib
from pathlib import Path

TEXTS: dict[str, tuple[str, str]] = {
    "file_missing": ("找不到文件{file}。", "The file {file} is not there."),
    "encoding": ("文件不是UTF-8编码，请另存为UTF-8。", "The file is not UTF-8; save it as UTF-8."),
    "toml_syntax": ("第{line}行不合TOML语法。", "Line {line} is not valid TOML: {detail}."),
}

_LINE = re.compile(r"\(at line (\d+)")


class UnreadableFile(Exception):
    """The file cannot be read; `code` is a key of TEXTS, `data` fills its text."""

    def __init__(self, code: str, **data: str) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


def read_tables(path: Path) -> dict[str, object]:
    """The tables of the file. Raises UnreadableFile; a syntax error carries its line, counted from 1."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise UnreadableFile("file_missing", file=path.name) from error
    except UnicodeDecodeError as error:
        raise UnreadableFile("encoding") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFile("toml_syntax", **_place(str(error), text)) from error


def _place(message: str, text: str) -> dict[str, str]:
    """The line is in the message only; without one the fault is the end of the document."""
    found = _LINE.search(message)
    line = found.group(1) if found else str(len(text.splitlines()))
    return {"line": line, "detail": message.partition(" (at ")[0]}
