"""What goes with a file that is handed out: it is saved under its name (RFC 6266, RFC 5987), never shown."""

from __future__ import annotations

from urllib.parse import quote

from cycle.documents.lists import MEDIA

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = "application/zip"
PDF = "application/pdf"


def headers(name: str, plain: str) -> dict[str, str]:
    """`name` is what people call the file, `plain` the same for programs that know ASCII alone."""
    called = f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return {"Content-Disposition": f"attachment; {called}", "X-Content-Type-Options": "nosniff"}


def media_type(name: str) -> str:
    """The media type of a paper or a sheet by the end of its name."""
    return {"xlsx": MEDIA["xlsx"], "pdf": PDF, "docx": DOCX}[name.rpartition(".")[2]]
