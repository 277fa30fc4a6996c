"""What papers have in common around their text: the red head with the symbol, who signs, what it was made from."""

from __future__ import annotations

from cycle.documents.papers.layout.markup import paragraph, when

_NARROW = 12
"""Characters of 36 pt on one line of the type area."""


def red_head(office: str, *, upwards: bool = False) -> str:
    """The name of who issues it in red, the symbol, the red rule; `upwards` with the place for who signs it off."""
    text = f"{{{{ {office} }}}}文件"
    fits = f"{office}|length <= {_NARROW - 2}"
    symbol = (
        paragraph("SymbolUp", "　{{ symbol }}　　　　　　签发人：")
        if upwards
        else paragraph("Symbol", "{{ symbol }}")
    )
    return when(fits, paragraph("Head", text)) + when(f"not ({fits})", paragraph("HeadLong", text)) + symbol


def signed(office: str) -> str:
    """Who issues it and the day, then what it was made from."""
    fits = f"{office}|length <= 14"
    return (
        when(fits, paragraph("Signed", f"{{{{ {office} }}}}"), paragraph("Dated", "{{ date }}"))
        + when(
            f"not ({fits})",
            paragraph("SignedLong", f"{{{{ {office} }}}}"),
            paragraph("DatedLong", "{{ date }}"),
        )
        + made_from()
    )


def made_from() -> str:
    """The rows of the history it was made from."""
    return paragraph("Note", "（依据：{{ basis }}）")


def annex(number: str, title: str) -> str:
    """The beginning of an annex, on a page of its own."""
    return paragraph("Annex", f"附件{number}", new_page=True) + paragraph("AnnexTitle", title)
