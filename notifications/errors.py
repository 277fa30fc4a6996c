"""What can go wrong with a letter: while it is written, and while it is handed to a mail server."""

from __future__ import annotations

from typing import ClassVar


class TemplateFault(ValueError):
    """A letter cannot be written: its template or its fields are at fault."""


class DeliveryFault(Exception):
    """A message was not delivered, or not surely. `code` is the server's reply code, None where it gave none.

    `text` is what the server or the system said. `again` tells whether the same message may be tried again.
    """

    again: ClassVar[bool]

    def __init__(self, code: int | None, text: str) -> None:
        super().__init__(f"{code} {text}" if code else text)
        self.code = code
        self.text = text


class Temporary(DeliveryFault):
    """The server refuses this message for now (4xx), or went away before it had it."""

    again = True


class Permanent(DeliveryFault):
    """This message cannot be delivered as it is (5xx, an address the server cannot write to)."""

    again = False


class AnswerLost(DeliveryFault):
    """The whole message was sent and the answer did not come: the server may have taken it."""

    again = True

    def __init__(self, text: str) -> None:
        super().__init__(None, text)


class Unreachable(DeliveryFault):
    """No message can be sent now, for no fault of theirs. `reason` is a stable word for it."""

    again = True
    reason: ClassVar[str] = "unreachable"

    def __init__(self, text: str, code: int | None = None) -> None:
        super().__init__(code, text)


class UnknownHost(Unreachable):
    """No machine is known by the mail server's name."""

    reason = "unknown_host"


class ConnectionRejected(Unreachable):
    """Nothing answers at the mail server's port."""

    reason = "connection_refused"


class BadCertificate(Unreachable):
    """The mail server's certificate is not trusted, or is another machine's."""

    reason = "bad_certificate"


class WrongPassword(Unreachable):
    """The mail server does not accept the user or the password."""

    reason = "wrong_password"


class SenderRefused(Unreachable):
    """The mail server does not accept our own address as the sender, whatever the message."""

    reason = "sender_refused"
