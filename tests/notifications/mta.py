"""A real mail server for one test process: Postfix with a configuration, queue and mailboxes of its own.

It listens on 127.0.0.1 only, asks no name server, relays nothing, and shares with the system's Postfix only
the programs and the two users its package made.
"""

from __future__ import annotations

import email
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from notifications.mailer import Smtp
from tests.notifications.fault_server import CERTIFICATES, SENDER
from tests.postgres import KEEPER, NOBODY

HOSTNAME = "mail.example.invalid"
OPEN, FOREIGN, CLOSED = "letters.invalid", "例子.invalid", "closed.invalid"
"""Domains: of the first two every address has a mailbox, of the last none but `KNOWN`."""
KNOWN = f"han@{CLOSED}"

_BOXES = {f"@{OPEN}": "open/", f"@{FOREIGN}": "foreign/", KNOWN: "known/"}
_OWNER, _GROUP = "postfix", "postdrop"
_SYSTEM = "/usr/sbin:/usr/local/sbin"  # not in everybody's path
_QUEUES = "incoming", "active", "deferred"  # in the order in which a message goes through them
_WRITTEN = *_QUEUES, "bounce", "corrupt", "defer", "flush", "hold", "maildrop", "private", "public", "trace"
_PORTS = 3  # pairs to try: another process may take one before the server does
_TRIES, _PAUSE = 600, 0.05  # thirty seconds to come up, or to put everything into the mailboxes

_MAIN = f"""
compatibility_level = 2
queue_directory = {{folder}}/queue
data_directory = {{folder}}/data
maillog_file = {{folder}}/log
maillog_file_prefixes = {{folder}}
mail_owner = {_OWNER}
setgid_group = {_GROUP}
myhostname = {HOSTNAME}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtputf8_enable = yes
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
default_transport = error:nothing leaves this machine
mydestination =
local_recipient_maps =
alias_maps =
virtual_mailbox_domains = {OPEN}, {FOREIGN}, {CLOSED}
virtual_mailbox_base = {{folder}}/boxes
virtual_mailbox_maps = texthash:{{folder}}/etc/boxes
virtual_uid_maps = static:{NOBODY}
virtual_gid_maps = static:{NOBODY}
smtpd_tls_chain_files = {{folder}}/etc/certificate.pem
"""
_MASTER = """
127.0.0.1:{plain} inet n - n - - smtpd
127.0.0.1:{encrypted} inet n - n - - smtpd
    -o smtpd_tls_security_level=encrypt
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


class Unavailable(Exception):
    """This machine has no Postfix that could be started; the text says why."""


@dataclass(frozen=True, slots=True)
class Mta:
    """A running server. `stop` ends it and removes its folder."""

    folder: Path
    keeper: subprocess.Popen[bytes]
    plain: int
    encrypted: int

    def smtp(self, security: Literal["none", "starttls"]) -> Smtp:
        """How to reach it, at the port without TLS or at the one that takes no mail without."""
        if security == "none":
            return Smtp("127.0.0.1", self.plain, SENDER, security=security)
        trusted = str(CERTIFICATES / "authority.pem")
        return Smtp("127.0.0.1", self.encrypted, SENDER, security=security, ca_file=trusted)

    def stored(self) -> list[EmailMessage]:
        """All messages in all mailboxes, as soon as none is under way any more."""
        return [_read(path) for path in self._files()]

    def empty(self) -> None:
        """Throw away what the mailboxes hold, and what is still under way to them."""
        for path in self._files():
            path.unlink()

    def stop(self) -> None:
        self.keeper.communicate()
        shutil.rmtree(self.folder)

    def log(self) -> str:
        with suppress(FileNotFoundError):
            return (self.folder / "log").read_text(encoding="utf-8", errors="replace")
        return ""

    def answers(self) -> bool:
        """Whether it greets at both ports."""
        try:
            for port in (self.plain, self.encrypted):
                with socket.create_connection(("127.0.0.1", port), timeout=_TRIES * _PAUSE) as talk:
                    if not talk.recv(100).startswith(f"220 {HOSTNAME} ".encode()):
                        return False
        except OSError:
            return False
        return True

    def _files(self) -> list[Path]:
        for _ in range(_TRIES):
            if not any(self._queued()):
                return sorted((self.folder / "boxes").glob("*/new/*"))
            time.sleep(_PAUSE)
        raise TimeoutError(f"not delivered in time:\n{self.log()}")

    def _queued(self) -> Iterator[bool]:
        for name in _QUEUES:
            yield any(path.is_file() for path in (self.folder / "queue" / name).rglob("*"))


def start() -> Mta:
    """Start a server. Raises `Unavailable` where there is none, RuntimeError where it does not come up."""
    postconf = shutil.which("postconf", path=f"{os.environ.get('PATH', os.defpath)}:{_SYSTEM}")
    if postconf is None:
        raise Unavailable("Postfix is not installed")
    if os.geteuid() != 0:
        raise Unavailable("Postfix can be started by root only")
    said = ""
    for _ in range(_PORTS):
        try:
            return _start(postconf)
        except RuntimeError as error:
            said = str(error)
    raise RuntimeError(
        f"Postfix did not come up; before its own log is open only the system's says why\n{said}"
    )


def _start(postconf: str) -> Mta:
    folder = Path(tempfile.mkdtemp(prefix="cycle-mta-"))
    try:
        return _awaited(_launched(postconf, folder))
    except BaseException:
        shutil.rmtree(folder)
        raise


def _launched(postconf: str, folder: Path) -> Mta:
    closed = next((str(each) for each in folder.parents if not each.stat().st_mode & 0o001), None)
    if closed is not None:
        raise Unavailable(f"Postfix drops root and could not reach its files below {closed}")
    try:
        _lay_out(folder)
    except LookupError as error:
        raise Unavailable(f"Postfix has no user of its own: {error}") from error
    plain, encrypted = _free_ports()
    etc = folder / "etc"
    (etc / "main.cf").write_text(_MAIN.format(folder=folder), encoding="utf-8")
    (etc / "master.cf").write_text(_MASTER.format(plain=plain, encrypted=encrypted), encoding="utf-8")
    (etc / "boxes").write_text("".join(f"{name} {box}\n" for name, box in _BOXES.items()), encoding="utf-8")
    shutil.copyfile(CERTIFICATES / "localhost.pem", etc / "certificate.pem")
    asked = [postconf, "-c", str(etc), "-h", "daemon_directory"]
    programs = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    keeper = subprocess.Popen(
        [sys.executable, "-I", str(KEEPER), "", f"{programs}/master", "-c", str(etc)],
        cwd=folder,
        stdin=subprocess.PIPE,
        start_new_session=True,  # an interrupt at the terminal is for the tests, which then end it
    )
    return Mta(folder, keeper, plain, encrypted)


def _lay_out(folder: Path) -> None:
    """The folders, each its user's who writes into it and open to the others, whatever the umask."""
    folder.chmod(0o755)
    users: dict[str, str | int] = {"etc": 0, "data": _OWNER, "boxes": NOBODY, "queue": 0, "queue/pid": 0}
    for name, user in (users | {f"queue/{name}": _OWNER for name in _WRITTEN}).items():
        path = folder / name
        path.mkdir()
        path.chmod(0o755)
        shutil.chown(path, user)


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _awaited(mta: Mta) -> Mta:
    for _ in range(_TRIES):
        if mta.answers():
            return mta
        if mta.keeper.poll() is not None:
            break
        time.sleep(_PAUSE)
    mta.keeper.communicate()
    raise RuntimeError(mta.log())


def _read(path: Path) -> EmailMessage:
    """A stored message. Its headers are UTF-8 where they hold an address in another script (RFC 6532)."""
    message = email.message_from_string(path.read_text(encoding="utf-8"), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message
