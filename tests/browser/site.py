"""The demonstration's world, served on a real socket, and a browser that looks at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

from connectors.sandbox.task import run_here
from daemon import wire
from daemon.app.accounts.browsers import sign_in_address
from daemon.commands.demo import ask_more, cycle
from daemon.demo.scratch import Scratch, prepared
from daemon.http.application import make_application
from daemon.http.doors import Doors
from daemon.http.rates import Rates
from daemon.http.server import HttpServer
from daemon.jobs.single_pass import run_once
from daemon.services import Services
from engine.ids import UserId
from engine.time.instant import parse_instant, to_datetime
from tests.conftest import NOTHING_SERVED
from tests.standins.required import program
from tests.standins.time import StillClock

MONDAY = "2026-11-16T13:12:00Z"
"""Eight in the morning in New York."""
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-sync")
WIDE = 1440
PATIENCE = 240_000.0
"""Milliseconds after which what a page is to show will not come: machines may be slow."""


@dataclass(slots=True)
class Site:
    """A daemon's pages and what a browser complained of; `work` does what the daemon would do now."""

    services: Services
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        return self.services.access.configuration.settings.api.base

    def work(self) -> None:
        run_once(self.services, lambda _: None)

    def context(self, width: int = WIDE, **more: Any) -> BrowserContext:
        size = {"width": width, "height": 900}
        usual = {"viewport": size, "reduced_motion": "reduce", "locale": "en-GB", "timezone_id": "UTC"}
        context = self.browser.new_context(**{**usual, **more})
        context.set_default_timeout(PATIENCE)
        return context

    def page(self, context: BrowserContext) -> Page:
        page = context.new_page()

        def heard(said: ConsoleMessage) -> None:
            if said.type == "error":
                self.complaints.append(f"{page.url}: {said.text}")

        def met(error: Error) -> None:
            self.complaints.append(f"{page.url}: {error}")

        page.on("console", heard)
        page.on("pageerror", met)
        return page

    def signed_in(self, who: str = "alice", **more: Any) -> Page:
        """Sign a browser of somebody's in by the printed address, as they would."""
        page = self.page(self.context(**more))
        page.goto(sign_in_address(self.services.access, UserId(f"{who}@example.com")))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{self.base}/")
        return page

    def session(self, title: str) -> str:
        """Give the id of a session by its title."""
        for one in self.services.desk.page(None, None, 50):
            if one["title"] == title:
                return str(one["id"])
        raise LookupError(title)


@contextmanager
def served(root: Path) -> Iterator[Site]:
    """Serve the demonstration on a clock that stands still."""
    executable = program("chromium", component="chromium", package="chromium")
    clock = StillClock(parse_instant(MONDAY))
    with (
        pytest.MonkeyPatch.context() as surroundings,
        prepared(root, to_datetime(clock.now()).date()) as scratch,
        _opened(scratch, clock, surroundings) as services,
    ):
        cycle(services, lambda _: None)
        ask_more(services, lambda _: None)
        expect.set_options(timeout=PATIENCE)
        with listening(services, clock), sync_playwright() as play:
            browser = play.chromium.launch(executable_path=executable, args=list(FLAGS))
            try:
                yield Site(services, browser)
            finally:
                browser.close()


@contextmanager
def _opened(scratch: Scratch, clock: StillClock, surroundings: pytest.MonkeyPatch) -> Iterator[Services]:
    surroundings.delenv(NOTHING_SERVED, raising=False)
    with wire.open_daemon(scratch.configuration, clock=clock) as services:
        yield services


@contextmanager
def listening(services: Services, clock: StillClock) -> Iterator[None]:
    doors = Doors.of(services.access, run_here)
    doors.by_address = Rates(clock, 1000)
    server = HttpServer(make_application(doors), services.access.configuration.settings.api)
    server.begin()
    try:
        yield
    finally:
        doors.ending.set()
        server.finish()
