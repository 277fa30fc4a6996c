"""Why a letter could not be handed over: what it is, what to do about it, and the exit code it leaves with."""

from __future__ import annotations

import ssl
from typing import Final

from cycle.cli.terminal import BAD_INPUT, UNEXPECTED
from cycle.settings import Settings
from notifications.errors import AnswerLost, BadCertificate, DeliveryFault, Temporary, Unreachable
from workflows import words

OTHER_NAME: Final = (62, 64)
"""OpenSSL's verdicts "hostname mismatch" and "IP address mismatch"."""
_TO_MEND: Final = frozenset(
    {
        "unknown_host",
        "ca_file",
        "untrusted",
        "wrong_name",
        "wrong_password",
        "sender_refused",
        "recipient_refused",
        "no_utf8",
        "unfit",
    }
)


def reason_of(fault: DeliveryFault, *, ascii_only: bool) -> str:
    """A stable word for it. `ascii_only`: neither address of the letter needs SMTPUTF8."""
    if isinstance(fault, BadCertificate):
        return _certificate(fault)
    if isinstance(fault, Unreachable):
        return fault.reason
    if isinstance(fault, AnswerLost):
        return "answer_lost"
    if isinstance(fault, Temporary):
        return "temporary"
    if fault.code is not None:
        return "recipient_refused"
    return "unfit" if ascii_only else "no_utf8"


def _certificate(fault: BadCertificate) -> str:
    """Which of the certificates is at fault: theirs, theirs for another name, or the file of those we trust."""
    cause: BaseException | None = fault
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "wrong_name" if cause.verify_code in OTHER_NAME else "untrusted"
        cause = cause.__cause__
    return "ca_file"


def exit_code(reason: str) -> int:
    """Bad input where a setting or the address has to be mended first, else unexpected: it may work later."""
    return BAD_INPUT if reason in _TO_MEND else UNEXPECTED


def told(reason: str, fault: DeliveryFault, settings: Settings, address: str, lang: str) -> str:
    """What is wrong, in the server's words too, and which setting to look at."""
    return words.phrase(
        "mail.fault",
        reason,
        lang,
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.mail_from,
        address=address,
        said=str(fault),
    )
