"""The XML parts of an Office file, unpacked within fixed bounds.

A zip header can lie about sizes, a few kilobytes can unfold into gigabytes, and XML can carry entities of its
own, so nothing is handed to a parser before it has been unpacked and looked at here.
"""

import io
import re
import zipfile
import zlib

MAX_FILE = 32 * 1024 * 1024
MAX_UNPACKED = 64 * 1024 * 1024
MAX_RATIO = 200
RATIO_MATTERS_FROM = 1024 * 1024
MAX_ENTRIES = 2000
MAX_TAGS = 4_000_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_ENTRY = b"PK\x01\x02"
_ENCODING = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")


class Damaged(ValueError):
    """This is no file of the kind its name says, or it is broken or locked by a password."""


class TooLarge(ValueError):
    """The file, or what it unfolds into, is larger than any list of departments can be."""


def unpack(content: bytes) -> dict[str, bytes]:
    """Every XML part by name; pictures and other parts are left out. Raises Damaged or TooLarge."""
    if len(content) > MAX_FILE:
        raise TooLarge("file")
    if content.count(_ENTRY) > MAX_ENTRIES:  # opening the zip would make an object of each first
        raise TooLarge("entries")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _parts(archive)
    except (Damaged, TooLarge):
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as broken:
        raise Damaged("zip") from broken
    if sum(part.count(b"<") for part in parts.values()) > MAX_TAGS:
        raise TooLarge("tags")
    if any(_is_suspect(part) for part in parts.values()):
        raise Damaged("document type or encoding")
    return parts


def pack(parts: dict[str, bytes]) -> bytes:
    """A zip of `parts` that depends on nothing else.

    Stored, not deflated: different zlib builds compress the same bytes differently.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # else Windows and Unix would differ
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, part)
    return packed.getvalue()


def _parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise TooLarge("entries")
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            parts[entry.filename] = _part(archive, entry, left)
            left -= len(parts[entry.filename])
    return parts


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
        raise Damaged("zip entry")
    if entry.file_size > left:
        raise TooLarge("part")
    if entry.file_size > RATIO_MATTERS_FROM and entry.file_size > MAX_RATIO * entry.compress_size:
        raise TooLarge("ratio")
    with archive.open(entry) as stream:
        # A size in the call bounds the decompressor itself; read() alone would unfold first and cut after.
        part = stream.read(entry.file_size + 1)
    if len(part) != entry.file_size:
        raise Damaged("zip size")
    return part


def _is_suspect(part: bytes) -> bool:
    """A document type may define entities; a foreign encoding would hide one from this very look."""
    encoding = _ENCODING.match(part)
    foreign = encoding is not None and encoding[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")
    return foreign or b"\0" in part or part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<!DOCTYPE" in part
