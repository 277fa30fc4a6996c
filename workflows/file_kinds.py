"""Which kinds of file may be handed in as evidence: known by their ending, and by how they begin.

One document a file: archives are not taken, since nobody sees from outside what they hold.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

HEAD: Final = 4096
"""So many bytes of a file's beginning are looked at."""

_PACKAGE = (b"PK\x03\x04",)
_COMPOUND = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_TEXT: tuple[bytes, ...] = ()

KINDS: Final[Mapping[str, tuple[str, tuple[bytes, ...]]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "ofd": ("application/ofd", _PACKAGE),
    "docx": (f"{_OFFICE}wordprocessingml.document", _PACKAGE),
    "xlsx": (f"{_OFFICE}spreadsheetml.sheet", _PACKAGE),
    "pptx": (f"{_OFFICE}presentationml.presentation", _PACKAGE),
    "doc": ("application/msword", _COMPOUND),
    "xls": ("application/vnd.ms-excel", _COMPOUND),
    "ppt": ("application/vnd.ms-powerpoint", _COMPOUND),
    "wps": ("application/vnd.ms-works", _COMPOUND),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "txt": ("text/plain", _TEXT),
    "csv": ("text/csv", _TEXT),
}
"""Ending to media type and the ways such a file may begin; none where it is plain text."""

_MAGIC = tuple({start for _, starts in KINDS.values() for start in starts})
_CONTROLS = frozenset(range(32)) - {0x09, 0x0A, 0x0C, 0x0D}


def ending(name: str) -> str:
    """The ending of a file's name in small letters, without the dot; empty where there is none."""
    return PurePath(name.replace("\\", "/")).suffix[1:].casefold()


def media_type(name: str) -> str:
    """What a file of that name is; empty where files of its ending are not taken."""
    return KINDS.get(ending(name), ("", ()))[0]


def begins_as_named(name: str, head: bytes) -> bool:
    """Whether a file that begins with `head` (at most HEAD bytes) can be what its ending says."""
    starts = KINDS[ending(name)][1]
    return head.startswith(starts) if starts else _is_text(head)


def _is_text(head: bytes) -> bool:
    """UTF-8 or GB18030 without control characters; the last letter may be cut."""
    if head.startswith(_MAGIC) or not _CONTROLS.isdisjoint(head):
        return False
    return any(_decodes(head, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    return True
