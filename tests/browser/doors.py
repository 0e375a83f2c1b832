"""A daemon's doors on a real socket, a real mail relay, an issuer, and a browser outside."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from pytest_httpserver import HTTPServer

from connectors.sandbox.task import run_here
from daemon.http.application import make_application
from daemon.http.doors import Doors
from daemon.http.oidc.sign_in import oidc_sign_in
from daemon.http.rates import Rates
from daemon.http.server import HttpServer
from tests.browser.site import FLAGS, PATIENCE
from tests.conftest import NOTHING_SERVED
from tests.daemon.outside.outsiders import BASE, GUESTS, Outsiders
from tests.standins.issuer import CLIENT, SECRET, IssuerStandIn
from tests.standins.required import free_port, program
from tests.worlds.notice_world import ALICE, BOB, noticing

OIDC = """[api.oidc]
issuer = "{issuer}"
client_id = "{client}"
client_secret_file = "oidc.secret"
allow_private_network = true
"""


@dataclass(slots=True)
class Outside:
    """The doors, where they are, and a browser; `complaints` are what it found fault with."""

    at: Outsiders
    base: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    def page(self, **more: Any) -> Page:
        """Open a telephone's page: 360 pixels wide, without scripts unless told otherwise."""
        usual = {
            "viewport": {"width": 360, "height": 740},
            "java_script_enabled": False,
            "is_mobile": True,
            "has_touch": True,
            "locale": "en-GB",
            "timezone_id": "UTC",
        }
        context = self.browser.new_context(**{**usual, **more})
        context.set_default_timeout(PATIENCE)
        page = context.new_page()

        def heard(said: ConsoleMessage) -> None:
            if said.type == "error" and said.location["url"].startswith(self.base):
                self.complaints.append(f"{said.location['url']}: {said.text}")

        page.on("console", heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def here(self, link: str) -> str:
        """Give where a link of a mail leads."""
        return f"{self.base}{link}"


@contextmanager
def doors(root: Path) -> Iterator[Outside]:
    """Serve Alice's and Bob's daemon to whoever comes from outside."""
    executable = program("chromium", component="chromium", package="chromium")
    with ExitStack() as opened:
        surroundings = opened.enter_context(pytest.MonkeyPatch.context())
        surroundings.delenv(NOTHING_SERVED, raising=False)
        server = HTTPServer(host="127.0.0.1", port=0)
        server.start()
        opened.callback(server.stop)
        base = f"http://127.0.0.1:{free_port()}"
        world = opened.enter_context(noticing(root, ALICE, BOB, settings=GUESTS))
        issuer = IssuerStandIn(server, world.clock.now())
        (root / "oidc.secret").write_text(SECRET)
        os.chmod(root / "oidc.secret", 0o600)
        served = f'public_url = "{base}"\nlisten = "{base.removeprefix("http://")}"'
        text = world.file.read_text().replace(f'public_url = "{BASE}"', served)
        world.file.write_text(text + OIDC.format(issuer=issuer.url, client=CLIENT))
        opened.enter_context(world.standing())
        services = opened.enter_context(world.services())
        world.run_once()
        api = services.access.configuration.settings.api
        assert api.oidc is not None
        oidc = oidc_sign_in(services.access, api.oidc, {})
        opened.callback(oidc.http.close)
        told = Doors.of(services.access, run_here, oidc=oidc)
        told.by_address = Rates(world.clock, 1000)
        http = HttpServer(make_application(told), api)
        http.begin()
        opened.callback(http.finish)
        opened.callback(told.ending.set)
        expect.set_options(timeout=PATIENCE)
        play = opened.enter_context(sync_playwright())
        browser = play.chromium.launch(executable_path=executable, args=list(FLAGS))
        opened.callback(browser.close)
        yield Outside(Outsiders(world, services), base, browser)
