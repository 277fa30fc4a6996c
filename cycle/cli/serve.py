"""`cycle serve`: the pages, the interface for programs and the watch over deadlines, until it is told to stop."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Annotated

import typer

from cycle.cli import instants
from cycle.cli.command import Work, reading
from cycle.cli.terminal import BadInput
from cycle.cli.worker import logged, require_writable
from cycle.ending import until_told
from cycle.settings import Settings
from cycle.worker import LOG, ticking, worker_name
from workflows.wake import stamp

HERE = "127.0.0.1,::1"
"""The proxies that are believed unless others are named: those of this machine."""

Host = Annotated[str, typer.Option("--host", metavar="ADDRESS", help="监听的地址 / the address to listen at")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="端口 / the port")]
Open = Annotated[
    bool,
    typer.Option(
        "--open",
        help="也让别的机器不经加密直接访问 / let other machines in, unencrypted",
    ),
]
Proxies = Annotated[
    str,
    typer.Option(
        "--proxies",
        metavar="ADDRESSES",
        help="反向代理的地址，用逗号分开，其X-Forwarded-For可信 / reverse proxies that are believed",
    ),
]


def mount(app: typer.Typer) -> None:
    reading(
        app,
        "serve",
        "提供网页、接口并值守，直到停止 / serve the pages and the interface and keep watch",
    )(serve)


def serve(
    work: Work,
    *,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    reachable: Open = False,
    proxies: Proxies = HERE,
) -> None:
    # What only this command needs takes as long to load as everything that all the others need.
    from cycle.app import answer, create_app, listen  # noqa: PLC0415

    if not (reachable or _on_this_machine(host)):
        raise BadInput("serve_open", host=host)
    _believed(proxies)
    settings, name = Settings(), worker_name()
    require_writable(work.service, settings)
    try:
        listening = listen(host, port)
    except OSError as error:
        raise BadInput("serve_port", host=host, port=port, detail=error.strerror or str(error)) from error
    began, application = work.service.clock.now(), create_app(settings, work.service)
    with (
        listening,
        until_told() as told,
        logged(work.service, settings, name),
        ticking(work.service, settings, name),
    ):
        place = f"http://{_written(host)}:{listening.getsockname()[1]}"
        began_line = work.terminal.say("serve_began", place=f"{place}/", docs=f"{place}/api/v1/docs")
        typer.echo(began_line, err=work.terminal.json)
        LOG.info("listening", extra={"fields": {"place": place, "proxies": proxies}})
        if proxies == HERE and not _on_this_machine(host):
            LOG.warning("other machines are let in unencrypted", extra={"fields": {"place": place}})
        answer(application, listening, proxies=proxies, told=told)
    ended = work.service.clock.now()
    line = work.terminal.say("serve_ended", at=instants.shown(work, ended))
    work.terminal.tell(
        {"worker": name, "began": stamp(began), "ended": stamp(ended)}, lambda console: console.print(line)
    )


def _believed(proxies: str) -> None:
    """Raises BadInput unless these are addresses: whoever is believed may say that they are anybody."""
    for one in proxies.split(","):
        try:
            ip_network(one.strip())
        except ValueError as error:
            raise BadInput("serve_proxies", given=one.strip()) from error


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"
