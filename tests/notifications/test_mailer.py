"""What the SMTP mailer makes of whatever a server says or does."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

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
from notifications.folder import FolderMailer
from notifications.mailer import Smtp, SmtpMailer
from notifications.mime import Sender, build
from notifications.outbox import Parcel
from tests.held import ZONE
from tests.notifications.fault_server import (
    CERTIFICATES,
    PASSWORD,
    SENDER,
    USER,
    Fault,
    FaultServer,
    certificate,
    password_needed,
    saying,
    serving,
)
from tests.notifications.letters import parcel

SOON = 0.3  # seconds after which a server that hangs is given up
TRUSTED = str(CERTIFICATES / "authority.pem")


def through(
    act: Callable[[SmtpMailer], Awaitable[object]],
    server: FaultServer | None = None,
    more: dict[str, Any] | None = None,
    **options: Any,
) -> None:
    """Have a mailer, its settings changed by `more`, act against a server at work."""

    async def run() -> None:
        async with (
            serving(server or FaultServer(), **options) as smtp,
            SmtpMailer(replace(smtp, **more or {}), ZONE) as mailer,
        ):
            await act(mailer)

    asyncio.run(run())


async def fault_of(mailer: SmtpMailer, given: Parcel | None = None) -> DeliveryFault:
    with pytest.raises(DeliveryFault) as caught:
        await mailer.send(given or parcel())
    return caught.value


def always(fault: Fault) -> FaultServer:
    return FaultServer(lambda _address, _number: fault)


def at_first(fault: Fault) -> FaultServer:
    return FaultServer(lambda _address, number: "" if number else fault)


def test_many_messages_go_over_one_connection_byte_for_byte() -> None:
    server = FaultServer()
    parcels = [parcel(str(number), f"{number}@example.gov.cn") for number in range(5)]

    async def act(mailer: SmtpMailer) -> None:
        assert {await mailer.send(each) for each in parcels} == {"250 kept"}

    through(act, server)
    assert server.kept == {each.address: [build(each, SENDER, zone=ZONE).content] for each in parcels}
    assert server.connections == 1


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [("450", Temporary, 450), ("550", Permanent, 550), ("452", Temporary, 452), ("554", Permanent, 554)],
)
def test_a_refusal_is_for_now_or_for_good_and_the_connection_goes_on(
    fault: Fault, kind: type[DeliveryFault], code: int
) -> None:
    server = at_first(fault)

    async def act(mailer: SmtpMailer) -> None:
        refused = await fault_of(mailer)
        assert (type(refused), refused.code) == (kind, code)
        assert refused.text
        await mailer.send(parcel())

    through(act, server)
    assert server.connections == 1
    assert len(server.kept["han@example.gov.cn"]) == 1


def test_a_busy_server_is_asked_again_on_a_new_connection() -> None:
    server = at_first("421")

    async def act(mailer: SmtpMailer) -> None:
        busy = await fault_of(mailer)
        assert (type(busy), busy.code, busy.text) == (Temporary, 421, "too many")
        await mailer.send(parcel())

    through(act, server)
    assert server.connections == 2


def test_a_server_that_ends_a_long_connection_costs_no_attempt() -> None:
    server = FaultServer(lambda address, number: "421" if address[0] == "b" and not number else "")

    async def act(mailer: SmtpMailer) -> None:
        await mailer.send(parcel("a"))
        await mailer.send(parcel("b", "b@example.gov.cn"))

    through(act, server)
    assert (server.connections, server.tries["b@example.gov.cn"]) == (2, 2)


@pytest.mark.parametrize(
    ("fault", "kept"), [("drop", 0), ("keep and drop", 1), ("hang", 0), ("keep and hang", 1)]
)
def test_an_answer_that_never_comes_is_not_taken_for_a_refusal(fault: Fault, kept: int) -> None:
    server = at_first(fault)

    async def act(mailer: SmtpMailer) -> None:
        assert type(await fault_of(mailer)) is AnswerLost
        await mailer.send(parcel())

    through(act, server, {"timeout": SOON} if "hang" in fault else None)
    assert len(server.kept["han@example.gov.cn"]) == kept + 1
    assert len(set(server.kept["han@example.gov.cn"])) == 1


def said_by(*lines: bytes, timeout: float = 30, given: Parcel | None = None) -> DeliveryFault:
    """What the mailer makes of a server that says these lines and hangs up."""

    async def run() -> DeliveryFault:
        async with saying(*lines) as smtp, SmtpMailer(replace(smtp, timeout=timeout), ZONE) as mailer:
            return await fault_of(mailer, given)

    return asyncio.run(run())


OK = b"250 ok"


@pytest.mark.parametrize(
    ("lines", "kind", "code"),
    [
        ((b"421 come back later",), Unreachable, 421),
        ((b"554 not you",), Unreachable, 554),
        ((b"",), Unreachable, -1),
        ((b"220 hello",), Unreachable, None),
        ((b"220 hello", b"550 no", b"550 no"), Unreachable, 550),
        ((b"220 hello", OK), Temporary, None),
        ((b"220 hello", OK, b"553 sender not allowed"), SenderRefused, 553),
        ((b"220 hello", OK, b"451 slow down"), Temporary, 451),
        ((b"220 hello", OK, OK), Temporary, None),
        ((b"220 hello", OK, OK, OK), Temporary, None),
        ((b"220 hello", OK, OK, OK, b"451 not now"), Temporary, 451),
        ((b"220 hello", OK, OK, OK, b"354 go", b"gibberish"), AnswerLost, None),
        ((b"220 hello", OK, OK, OK, b"gibberish"), Temporary, None),
    ],
)
def test_where_a_connection_breaks_tells_whether_the_message_can_have_arrived(
    lines: tuple[bytes, ...], kind: type[DeliveryFault], code: int | None
) -> None:
    fault = said_by(*lines)
    assert (type(fault), fault.code) == (kind, code)


def test_a_server_that_never_greets_is_given_up() -> None:
    assert type(said_by(timeout=SOON)) is Unreachable


def test_nothing_at_the_port_is_told_from_an_unknown_name() -> None:
    async def run(host: str, port: int) -> DeliveryFault:
        async with SmtpMailer(Smtp(host, port, SENDER, security="none"), ZONE) as mailer:
            return await fault_of(mailer)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert type(asyncio.run(run("127.0.0.1", port))) is ConnectionRejected
    assert type(asyncio.run(run("localhost", port))) is ConnectionRejected
    assert type(asyncio.run(run("mail.invalid", port))) is UnknownHost


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_private_authority_is_trusted_where_it_is_named(security: str) -> None:
    server = FaultServer()
    context = certificate("localhost")
    options = {"tls": context} if security == "tls" else {"tls_context": context, "require_starttls": True}

    async def act(mailer: SmtpMailer) -> None:
        await mailer.send(parcel())

    through(act, server, {"security": security, "ca_file": TRUSTED}, **options)
    assert server.kept


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("name", "ca_file"),
    [
        ("localhost", CERTIFICATES / "stranger.pem"),
        ("localhost", None),
        ("elsewhere", CERTIFICATES / "authority.pem"),
    ],
)
def test_a_certificate_of_a_stranger_or_for_another_host_is_refused(
    security: str, name: str, ca_file: Path | None
) -> None:
    server = FaultServer()
    context = certificate(name)
    options = {"tls": context} if security == "tls" else {"tls_context": context}

    async def act(mailer: SmtpMailer) -> None:
        fault = await fault_of(mailer)
        assert type(fault) is BadCertificate
        assert fault.text

    through(act, server, {"security": security, "ca_file": ca_file and str(ca_file)}, **options)
    assert not server.tries


def test_a_missing_file_of_authorities_is_named() -> None:
    async def act(mailer: SmtpMailer) -> None:
        fault = await fault_of(mailer)
        assert type(fault) is BadCertificate
        assert "nowhere.pem" in fault.text

    through(act, more={"security": "starttls", "ca_file": "nowhere.pem"})


def test_a_server_without_tls_gets_nothing_where_tls_is_wanted() -> None:
    server = FaultServer()

    async def act(mailer: SmtpMailer) -> None:
        fault = await fault_of(mailer)
        assert type(fault) is Unreachable
        assert "STARTTLS" in fault.text

    through(act, server, {"security": "starttls", "ca_file": TRUSTED})
    assert not server.tries


@pytest.mark.parametrize(("password", "known"), [(PASSWORD, True), ("wrong", False), ("", False)])
def test_a_wrong_password_is_told_from_everything_else(password: str, known: bool) -> None:
    server = FaultServer()
    options = {"authenticator": password_needed, "auth_required": True, "auth_require_tls": True}

    async def act(mailer: SmtpMailer) -> None:
        if known:
            await mailer.send(parcel())
            return
        fault = await fault_of(mailer)
        assert (type(fault), fault.code) == (WrongPassword, 535)
        assert password not in str(fault) or not password

    more = {"security": "starttls", "ca_file": TRUSTED, "user": USER, "password": password}
    through(act, server, more, tls_context=certificate("localhost"), **options)
    assert bool(server.kept) == known


def test_the_password_is_not_shown_with_the_settings() -> None:
    assert PASSWORD not in repr(Smtp("mail", 25, SENDER, user=USER, password=PASSWORD))


def test_an_address_in_another_script_goes_to_a_server_that_can() -> None:
    server = FaultServer()
    given = parcel(address="韩雪峰@example.gov.cn")

    async def act(mailer: SmtpMailer) -> None:
        await mailer.send(given)

    through(act, server)
    assert list(server.kept) == [given.address]


def test_an_address_in_another_script_dies_at_a_server_that_cannot() -> None:
    server = FaultServer()

    async def act(mailer: SmtpMailer) -> None:
        fault = await fault_of(mailer, parcel(address="韩雪峰@example.gov.cn"))
        assert type(fault) is Permanent
        assert "SMTPUTF8" in fault.text
        await mailer.send(parcel())

    through(act, server, enable_SMTPUTF8=False)
    assert list(server.kept) == ["han@example.gov.cn"]


@pytest.mark.parametrize("bad", [{"title": "a\r\nBcc: evil@c.cn"}, {"address": "a@b.cn, c@d.cn"}])
def test_a_message_that_cannot_be_built_is_never_sent(bad: dict[str, str], tmp_path: Path) -> None:
    server = FaultServer()

    async def act(mailer: SmtpMailer) -> None:
        assert type(await fault_of(mailer, parcel(**bad))) is Permanent

    through(act, server)
    assert not server.connections
    with pytest.raises(Permanent):
        asyncio.run(FolderMailer(tmp_path, SENDER, ZONE).send(parcel(**bad)))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "sender", [Sender("绩效办\n二处", "kaohe@example.gov.cn"), Sender("绩效办", "a@b.cn, c@d.cn")]
)
def test_a_sender_of_our_own_that_is_unfit_is_no_fault_of_the_message(sender: Sender, tmp_path: Path) -> None:
    server = FaultServer()

    async def act(mailer: SmtpMailer) -> None:
        assert type(await fault_of(mailer)) is SenderRefused

    through(act, server, {"sender": sender})
    assert not server.connections
    with pytest.raises(SenderRefused):
        asyncio.run(FolderMailer(tmp_path, sender, ZONE).send(parcel()))


def test_a_sender_in_another_script_is_at_fault_at_a_server_that_cannot_and_no_message_dies_of_it() -> None:
    async def act(mailer: SmtpMailer) -> None:
        assert type(await fault_of(mailer)) is SenderRefused
        assert type(await fault_of(mailer, parcel(address="张三@example.gov.cn"))) is SenderRefused

    through(act, more={"sender": Sender("绩效办", "考核@example.gov.cn")}, enable_SMTPUTF8=False)


def test_a_setting_the_library_cannot_use_is_no_fault_of_the_message() -> None:
    async def act(mailer: SmtpMailer) -> None:
        fault = await fault_of(mailer)
        assert type(fault) is Unreachable
        assert "ValueError" in fault.text

    through(act, more={"hostname": "a\nb"})


@pytest.mark.parametrize(("handed_over", "kind"), [(False, RuntimeError), (True, AnswerLost)])
def test_what_nobody_foresaw_costs_the_connection_and_tells_whether_the_message_can_have_arrived(
    monkeypatch: pytest.MonkeyPatch, *, handed_over: bool, kind: type[Exception]
) -> None:
    server = FaultServer()
    step, usual = ("_data", SmtpMailer._data) if handed_over else ("_envelope", SmtpMailer._envelope)
    broken = iter([True])

    async def breaks(mailer: SmtpMailer, *given: Any) -> Any:
        answer = await usual(mailer, *given)
        if next(broken, False):
            raise RuntimeError("unforeseen")
        return answer

    monkeypatch.setattr(SmtpMailer, step, breaks)

    async def act(mailer: SmtpMailer) -> None:
        with pytest.raises(kind, match="unforeseen"):
            await mailer.send(parcel())
        assert await mailer.send(parcel()) == "250 kept"

    through(act, server)
    assert server.connections == 2
