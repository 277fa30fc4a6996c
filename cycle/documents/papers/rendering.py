"""A template filled in. The only importer of docxtpl.

The office may bring its own templates, so they are run in a sandbox, measured before they are opened, and whatever
is wrong with one is told as one sentence. What people wrote is text in them, whatever it looks like.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any, Final

from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import LxmlError

from cycle.documents.package_parts import Damaged, TooLarge, pack, unpack
from workflows.errors import Refused, Unmet

# The library checks little itself: a file bent in any place surfaces as whatever that place raises.
_BROKEN: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    Damaged,
    LookupError,
    LxmlError,
    OSError,
    OpcError,
    RecursionError,
    TemplateError,
    TooLarge,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)
_LONGEST: Final = 200
"""Letters of what a library says about a broken template."""


def render(content: bytes, name: str, values: Mapping[str, Any]) -> bytes:
    """The Word file of a template with `values`; the same bytes for the same template and values.

    `name` is the template's, for what is said where it is broken. Raises Refused then.
    """
    try:
        unpack(content)
        template = DocxTemplate(io.BytesIO(content))
        environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
        del environment.filters[
            "safe"
        ]  # text stays text: the library would mend broken markup by leaving out
        template.render(dict(values), environment, autoescape=True)
        filled = io.BytesIO()
        template.save(filled)
        return _packed(filled)
    except _BROKEN as error:
        detail = " ".join(str(error).split())[:_LONGEST] or type(error).__name__
        raise Refused(Unmet("paper_template_broken", {"file": name, "detail": detail})) from error


def _packed(file: io.BytesIO) -> bytes:
    """The file packed anew: the library stamps the time of saving into the zip."""
    with zipfile.ZipFile(file) as archive:
        return pack({name: archive.read(name) for name in archive.namelist()})
