"""Pictures of the pages for the manual, taken from the demo at fixed instants, so that anybody can make them again.

`python -m tests.web.shots docs/manual/shots` makes those the guides show, in both languages, in `zh-CN` and `en`.
`--all OUT` makes one of every page instead. `--home DIR` keeps the demos they are taken from: the next run begins
at once. `--only WORD` makes those with the word in their name.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright
from typer.testing import CliRunner

from cycle.app import create_app
from cycle.cli.program import build
from cycle.cli.run import Program
from cycle.clock import VirtualClock
from cycle.db import Database
from cycle.operations import sessions
from cycle.service import Service
from cycle.settings import Settings
from cycle.web.entry import COOKIE
from tests.cast import GENERAL
from tests.doors import CHEAP, account
from tests.held import YEAR, ZONE, Held
from tests.web.browsers import CHROMIUM, served
from tests.web.every_page import PAGES
from tests.web.pictures import FOLDERS, MARKING, MOMENTS, PICTURES, Picture
from tests.web.small_png import small

HOME: Final = Path("cycle-data", "demo")
"""Where the demo lies while it is looked at, below a folder of its own: pages name it."""
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-lcd-text", "--force-color-profile=srgb")

_DATES: Final = """([mark, none]) => {
  for (const one of document.querySelectorAll('input[type=date]')) {
    const day = one.value.replaceAll('-', mark);
    one.type = 'text';
    one.value = day || none;
  }
}"""
"""A browser without texts of its own for a place shows dates the American way; those of the readers do not."""
_WRITTEN: Final[Mapping[str, tuple[str, str]]] = {"zh": ("/", "年/月/日"), "en": ("-", "yyyy-mm-dd")}


def demos(home: Path) -> dict[str, Path]:
    """The demo at each of the moments, one folder each; those that stand are taken as they are."""
    found: dict[str, Path] = {}
    before: Path | None = None
    for at in MOMENTS:
        folder = home / at.replace(":", "").replace(" ", "-")
        if not (folder / "demo" / "demo.json").exists():
            shutil.rmtree(folder, ignore_errors=True)
            if before is not None:
                shutil.copytree(before, folder)
            _play(folder, instant_of(at))
        found[at] = before = folder
    return {at: folder / "demo" for at, folder in found.items()}


def instant_of(at: str) -> datetime:
    """A moment as an instant of the office's zone."""
    return datetime.fromisoformat(at).replace(tzinfo=ZONE)


def _play(folder: Path, now: datetime) -> None:
    os.environ["CYCLE_HOME"] = str(folder)
    done = CliRunner().invoke(build(), ["demo"], obj=Program(clock=VirtualClock(now)))
    if done.exit_code:
        raise SystemExit(done.output)


@dataclass(frozen=True, slots=True)
class Studio:
    """A demo served at one moment, and the browser that looks at it."""

    held: Held
    settings: Settings
    place: str
    engine: Browser

    @contextmanager
    def opened(self, picture: Picture, lang: str) -> Iterator[Page]:
        """A page of whoever looks, who has signed in; of nobody where a picture names none."""
        size = {"width": picture.width, "height": picture.height}
        still = {"reduced_motion": "reduce", "locale": "zh-CN"}
        context = self.engine.new_context(viewport=size, **still)  # type: ignore[arg-type] # as it takes it
        cookie = {"name": "cycle_lang", "value": lang, "url": self.place}
        if picture.who:
            if not self.held.select("SELECT 1 FROM subject WHERE key = :key", key=f"account:{picture.who}"):
                account(self.held, picture.who)
            begun = sessions.begin(self.held.service, self.settings, picture.who, lang=lang)
            cookie = {"name": COOKIE, "value": begun.cookie, "url": self.place}
        context.add_cookies([cookie])  # type: ignore[list-item] # a dict is what it takes
        try:
            yield context.new_page()
        finally:
            context.close()

    def take(self, picture: Picture, lang: str, out: Path, *, whole: bool) -> str:
        """Take one picture, `whole` from top to bottom; what to say of it."""
        with self.opened(picture, lang) as page:
            answer = page.goto(self.place + picture.path)
            page.wait_for_load_state("networkidle")
            if picture.first is not None:
                picture.first(page)
            page.evaluate(_DATES, list(_WRITTEN[lang]))
            png = page.screenshot(full_page=whole)
            wide = page.evaluate("document.documentElement.scrollWidth")
        blank = self.engine.new_page()
        out.write_bytes(small(blank, png))
        blank.close()
        if answer is None or not answer.ok:
            raise SystemExit(f"{picture.who} {picture.path}: {answer.status if answer else 'no answer'}")
        said = f"{out.name}: {out.stat().st_size // 1000} kB"
        return said + (f", {wide} wide" if wide > picture.width else "")


@contextmanager
def studio(folder: Path, at: str, engine: Browser) -> Iterator[Studio]:
    """A copy of the demo in `folder` on a port of this machine, its clock standing at the moment."""
    with tempfile.TemporaryDirectory() as spare, chdir(spare):
        shutil.copytree(folder, HOME)
        settings = Settings(home=HOME)
        clock = VirtualClock(instant_of(at))
        service = Service(Database(settings.url), clock, settings.zone, HOME / "evidence")
        app = create_app(settings, service)
        app.pages.state.passwords = CHEAP
        try:
            with served(app) as place:
                yield Studio(Held(service), settings, place, engine)
        finally:
            service.database.close()


def every_page(width: int) -> Iterator[Picture]:
    """Every page there is, as people of the demo see it while central review is under way."""
    for number, (path, who) in enumerate(PAGES, 1):
        there = path.replace(str(YEAR), MARKING[:4]).replace(f"/marking/{GENERAL}", "/marking/anjian")
        name = there.partition("?")[0].strip("/").replace("/", "-")
        yield Picture(f"{number:02}-{name}", MARKING, who, there, width, 900)


def main(arguments: list[str]) -> None:
    """Take what is asked for, in one language or in both."""
    asking = argparse.ArgumentParser(description=__doc__)
    asking.add_argument("out", type=lambda path: Path(path).resolve())
    asking.add_argument("--lang", choices=tuple(FOLDERS))
    asking.add_argument("--width", type=int, default=1440)
    asking.add_argument("--home", type=Path)
    asking.add_argument("--all", action="store_true")
    asking.add_argument("--only", default="")
    asked = asking.parse_args(arguments)
    pictures = list(every_page(asked.width)) if asked.all else list(PICTURES)
    pictures = [one for one in pictures if asked.only in one.name]
    langs = [asked.lang] if asked.lang else list(FOLDERS)
    with tempfile.TemporaryDirectory() as spare:
        folders = demos((asked.home or Path(spare)).resolve())
        with sync_playwright() as playwright:
            engine = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            for at in MOMENTS:
                of_moment = [one for one in pictures if one.at == at]
                for lang in langs if of_moment else ():
                    with studio(folders[at], at, engine) as there:
                        _all(there, of_moment, lang, asked.out / FOLDERS[lang], whole=asked.all)
            engine.close()


def _all(there: Studio, pictures: list[Picture], lang: str, folder: Path, *, whole: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for one in pictures:
        said = there.take(one, lang, folder / f"{one.name}.png", whole=whole)
        sys.stdout.write(f"{folder.name}/{said}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
