"""How a message leaves: the protocol of all mailers, the one that speaks SMTP, and one that only remembers."""

from __future__ import annotations

import asyncio
import errno
import re
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import tzinfo
from types import TracebackType
from typing import Literal, Protocol, Self

import aiosmtplib
from aiosmtplib.protocol import SMTPProtocol

from notifications.errors import (
    AnswerLost,
    BadCertificate,
    ConnectionRejected,
    DeliveryFault,
    Permanent,
    SenderRefused,
    Temporary,
    UnknownHost,
    Unreachable,
    WrongPassword,
)
from notifications.mime import Mail, Sender, build
from notifications.outbox import Parcel

STEPS = 4
"""A connection with its login, the envelope, the message, its answer: each may take the timeout."""
_LEAVING = 420, 421  # the server ends the session with these
_BROKEN = (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError)
_LINE_DOT = re.compile(rb"(?m)^\.")


class Mailer(Protocol):
    """A way to send, held open for many messages, one at a time."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def send(self, parcel: Parcel) -> str:
        """What the server said when it took the message. Raises DeliveryFault; may be called again after."""
        ...


@dataclass(frozen=True, slots=True)
class Smtp:
    """How to reach the mail server. `timeout` is in seconds and holds for each answer.

    `ca_file` names the certificates to trust instead of the system's; `hostname` is what we call ourselves.
    """

    host: str
    port: int
    sender: Sender
    security: Literal["none", "starttls", "tls"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str | None = None
    timeout: float = 60
    hostname: str = "localhost"


class _Connection(aiosmtplib.SMTP):
    """It is gone once it is closed: one that encrypts would wait for the server's own word of leave."""

    def close(self) -> None:
        transport = self.transport
        super().close()
        if transport is not None:
            transport.abort()  # type: ignore[attr-defined] # a stream's has it


class SmtpMailer:
    """One connection to a mail server, made at the first message and again after it was lost."""

    def __init__(self, settings: Smtp, zone: tzinfo) -> None:
        self.settings = settings
        self.zone = zone
        self._smtp: aiosmtplib.SMTP | None = None
        self._handed_over = False  # the end of the message at hand was written

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and self._smtp is not None and self._smtp.is_connected:
            with suppress(aiosmtplib.SMTPException, *_BROKEN):
                await self._smtp.quit()
        self._close()

    async def send(self, parcel: Parcel) -> str:
        try:
            mail = build(parcel, self.settings.sender, zone=self.zone)
        except ValueError as fault:
            raise Permanent(None, str(fault)) from fault
        self._handed_over = False  # also while a connection is made
        try:
            async with asyncio.timeout(self.settings.timeout * STEPS):
                return await self._send(mail, parcel.address)
        except TimeoutError as fault:
            self._close()
            raise self._lost("no answer in time") from fault
        except DeliveryFault:
            raise
        except Exception as unforeseen:
            self._close()
            if self._handed_over:
                raise AnswerLost(f"{type(unforeseen).__name__}: {unforeseen}") from unforeseen
            raise
        except asyncio.CancelledError:
            self._close()
            raise

    async def _send(self, mail: Mail, address: str) -> str:
        used = self._smtp is not None and self._smtp.is_connected
        try:
            return await self._attempt(mail, address)
        except Temporary:
            # A server may end a connection that has served it for long enough: that says nothing of the message.
            if not used or self._smtp is not None or self._handed_over:
                raise
            return await self._attempt(mail, address)

    async def _attempt(self, mail: Mail, address: str) -> str:
        if self._smtp is None or not self._smtp.is_connected:
            self._smtp = await self._connected()
        smtp = self._smtp
        self._handed_over = False
        try:
            await self._envelope(smtp, mail, address)
            return await self._data(smtp, mail)
        except aiosmtplib.SMTPResponseException as refused:
            if refused.code < 0:  # no answer that could be read
                self._close()
                raise self._lost(refused.message) from refused
            await self._reset(refused.code)
            # Where our own address needs SMTPUTF8 too, the recipient's is not to blame.
            blameless = not mail.utf8 or not self.settings.sender.address.isascii()
            raise _refusal(refused, blameless=blameless) from refused
        except _BROKEN as broken:
            self._close()
            raise self._lost(str(broken)) from broken

    async def _envelope(self, smtp: aiosmtplib.SMTP, mail: Mail, address: str) -> None:
        options = []
        if mail.utf8:
            if not smtp.supports_extension("smtputf8"):
                if not self.settings.sender.address.isascii():
                    raise SenderRefused("the server does not support SMTPUTF8, which our own address needs")
                raise Permanent(None, "the server does not support SMTPUTF8, which this address needs")
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        encoding = "utf-8" if mail.utf8 else "ascii"
        await smtp.mail(self.settings.sender.address, options=options, encoding=encoding)
        await smtp.rcpt(address, encoding=encoding)

    async def _data(self, smtp: aiosmtplib.SMTP, mail: Mail) -> str:
        """Step by step, to know what was sent when the connection breaks."""
        ready = await smtp.execute_command(b"DATA")
        if ready.code != aiosmtplib.SMTPStatus.start_input:
            raise aiosmtplib.SMTPDataError(ready.code, ready.message)
        protocol = smtp.protocol
        if not isinstance(protocol, SMTPProtocol):
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        protocol.write(_LINE_DOT.sub(b"..", mail.content) + b".\r\n")
        self._handed_over = True
        answer = await protocol.read_response(timeout=self.settings.timeout)
        if not 200 <= answer.code < 300:
            raise aiosmtplib.SMTPDataError(answer.code, answer.message)
        return f"{answer.code} {answer.message}"

    async def _reset(self, code: int) -> None:
        """Ready for the next message after a refusal, on a new connection where need be."""
        if code in _LEAVING or self._smtp is None:
            self._close()
            return
        try:
            await self._smtp.rset()
        except (aiosmtplib.SMTPException, *_BROKEN):
            self._close()

    def _lost(self, text: str) -> DeliveryFault:
        return AnswerLost(text) if self._handed_over else Temporary(None, text)

    def _close(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    async def _connected(self) -> aiosmtplib.SMTP:
        """A connection ready for a message. Raises Unreachable, also where the server is only busy (421)."""
        its = self.settings
        try:
            trust = None if its.security == "none" else await asyncio.to_thread(_trust, its.ca_file)
        except OSError as fault:
            raise BadCertificate(f"{its.ca_file}: {fault}") from fault
        smtp = _Connection(timeout=its.timeout)
        try:
            async with asyncio.timeout(its.timeout):
                await smtp.connect(
                    hostname=its.host,
                    port=its.port,
                    username=its.user or None,
                    password=its.password or None,
                    local_hostname=its.hostname,
                    use_tls=its.security == "tls",
                    start_tls=its.security == "starttls",
                    tls_context=trust,
                )
                if smtp.is_ehlo_or_helo_needed:
                    await smtp.ehlo()
        except Exception as fault:  # whatever it is, no message is at fault yet
            smtp.close()
            raise _no_connection(fault) from fault
        return smtp


def _trust(ca_file: str | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file)


def _refusal(refused: aiosmtplib.SMTPResponseException, *, blameless: bool) -> DeliveryFault:
    """`blameless`: a refusal of the sender says nothing of the message."""
    permanent = refused.code >= 500
    if permanent and isinstance(refused, aiosmtplib.SMTPSenderRefused) and blameless:
        # Our own address, in a setting: no message is to die of it.
        return SenderRefused(refused.message, refused.code)
    return (Permanent if permanent else Temporary)(refused.code, refused.message)


def _no_connection(fault: Exception) -> DeliveryFault:
    """What kept us from a connection; the cause behind the library's word for it tells more."""
    cause = fault.__cause__ or fault
    code = fault.code if isinstance(fault, aiosmtplib.SMTPResponseException) else None
    text = fault.message if isinstance(fault, aiosmtplib.SMTPException) else str(fault)
    if not isinstance(fault, (aiosmtplib.SMTPException, OSError)):
        return Unreachable(f"{type(fault).__name__}: {text}")
    if isinstance(cause, ssl.SSLCertVerificationError):
        return BadCertificate(cause.verify_message)
    if isinstance(cause, socket.gaierror):
        return UnknownHost(text)
    # Of a name with several addresses only the text tells what kept us from each.
    if isinstance(cause, ConnectionRefusedError) or f"[Errno {errno.ECONNREFUSED}]" in text:
        return ConnectionRejected(text)
    if isinstance(fault, aiosmtplib.SMTPAuthenticationError) and code is not None and code >= 500:
        return WrongPassword(text, code)
    return Unreachable(text or type(fault).__name__, code)


@dataclass
class MemoryMailer:
    """Keeps what it is given; `script` may say for each message what goes wrong with it.

    A message whose answer is lost is kept all the same: that is what the sender cannot know.
    """

    script: Callable[[Parcel], DeliveryFault | None] = lambda _: None
    taken: list[Parcel] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    async def send(self, parcel: Parcel) -> str:
        fault = self.script(parcel)
        if fault is None or isinstance(fault, AnswerLost):
            self.taken.append(parcel)
        if fault is not None:
            raise fault
        return "250 kept"
