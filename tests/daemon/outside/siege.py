"""One started world with every kind of door, and what somebody who means ill has got hold of."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from httpx2 import Response
from pytest_httpserver import HTTPServer
from starlette.testclient import TestClient

from config.api import OidcSettings
from connectors.sandbox.task import run_here
from daemon.http.application import make_application
from daemon.http.doors import Doors
from daemon.http.oidc.sign_in import oidc_sign_in
from engine.model.invitation import HELD_FOR
from tests.daemon.outside.outsiders import BASE, EVE, FRANK, Outsiders, outside
from tests.standins.issuer import CLIENT, SECRET, IssuerStandIn

VERA, WES, GONE = "vera@visitor.test", "wes@visitor.test", "gone@visitor.test"
MOST = 6
"""So many mails to guests a day: what is asked for here uses them up."""


@dataclass
class Siege:
    """The doors with an issuer, and links and tokens of every kind and age."""

    at: Outsiders
    issuer: IssuerStandIn
    base: TestClient
    """Whose loop serves all that is asked."""
    look: sqlite3.Connection
    """Sees whether anything was committed."""
    have: dict[str, str] = field(default_factory=dict)
    """By what they are: links that live, that are over, and sessions' ids."""
    spent: tuple[str, Mapping[str, str]] = ("", {})
    """The cookie and the way back of a sign-in that let somebody in."""
    marked: tuple[object, list[tuple[str, object]]] = field(default=(None, []))
    """What was kept when something was last committed."""

    def browser(self) -> TestClient:
        """Give a browser that has been nowhere yet."""
        client = TestClient(
            self.base.app,
            base_url=BASE,
            follow_redirects=False,
            raise_server_exceptions=False,
            client=("203.0.113.77", 5000),
        )
        client.portal = self.base.portal
        return client

    def bearer(self, token: str) -> Response:
        return self.browser().get("/v1/me", headers=[(b"Authorization", b"Bearer " + token.encode("utf-8"))])

    def claims(self, **lies: Any) -> Response:
        """Show an ID token of the issuer's with lies in it."""
        return self.bearer(self.issuer.token(**lies))

    def led(self) -> tuple[TestClient, str]:
        """Begin a sign-in; gives the browser and where it is led."""
        browser = self.browser()
        return browser, str(browser.get("/oidc/sign-in").headers["location"])

    def come_back(self, who: Mapping[str, Any] | None = None, **lies: str | None) -> Response:
        """Sign in, with lies in the token or on the way back."""
        browser, address = self.led()
        back: dict[str, str | None] = {**self.issuer.authorize(address, **(who or {})), **lies}
        return browser.get(
            "/oidc/callback", params={name: text for name, text in back.items() if text is not None}
        )

    def spend(self) -> None:
        """Let Alice sign in, and keep what she used."""
        browser, address = self.led()
        cookie, back = browser.cookies["gatherly-oidc"].strip('"'), self.issuer.authorize(address)
        assert browser.get("/oidc/callback", params=back).status_code == 303
        self.spent = (cookie, back)

    def state(self) -> "State":
        """Give a mark of everything that is kept, but of the log of who looked."""
        version = self.look.execute("PRAGMA data_version").fetchone()
        if version != self.marked[0]:
            self.marked = (version, self._state())
        return self.marked[1]

    def _state(self) -> "State":
        with closing(sqlite3.connect(self.at.world.root / "gatherly.db")) as opened:
            tables = [
                name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            return [(name, _mark(opened, name)) for name in sorted(tables) if name != "audit_logs"]


State = list[tuple[str, object]]
"""A mark a table."""


def _mark(opened: sqlite3.Connection, table: str) -> object:
    columns = [row[1] for row in opened.execute(f"PRAGMA table_info({table})")]
    versions = "sum(version)" if "version" in columns else "0"
    return opened.execute(f"SELECT count(*), {versions} FROM {table}").fetchone()  # noqa: S608 # the schema's names


@contextmanager
def besieged(root: Path) -> Iterator[Siege]:
    """Give the world: Eve is asked, Frank is booked, Vera is to confirm, Wes has booked, one is forgotten."""
    with ExitStack() as opened:
        at = opened.enter_context(outside(root, f"mails_per_day = {MOST}\n"))
        server = HTTPServer(host="127.0.0.1", port=0)
        server.start()
        opened.callback(server.stop)
        issuer = IssuerStandIn(server, at.services.clock.now())
        (root / "secret").write_text(SECRET)
        settings = OidcSettings(
            issuer=issuer.url,
            client_id=CLIENT,
            client_secret_file=root / "secret",
            allow_private_network=True,
        )
        access = at.services.access
        api = access.configuration.settings.api.model_copy(update={"oidc": settings})
        access.configuration.settings.__dict__["api"] = api
        oidc = oidc_sign_in(access, settings, {})
        opened.callback(oidc.http.close)
        doors = Doors.of(access, run_here, oidc=oidc)
        doors.by_address._most = doors.by_token._most = 1e9
        base = opened.enter_context(TestClient(make_application(doors)))
        have = _laid(at)
        issuer.now = at.services.clock.now()
        look = opened.enter_context(closing(sqlite3.connect(at.world.root / "gatherly.db")))
        siege = Siege(at, issuer, base, look, have)
        siege.spend()
        yield siege


def _laid(at: Outsiders) -> dict[str, str]:
    have = dict[str, str]()
    used, _ = at.invite(title="Office hour", within="3d", between="07:00-20:00")
    open_, id_ = at.invite(title="Open hour", uses=9, within="3d", between="07:00-20:00")
    revoked, revoked_id = at.invite(within="2d")
    at.invitations.revoke(revoked_id)
    expired, _ = at.invite(expires="1m", within="2d")
    at.take(open_, at.ticks(open_)[-1], email=GONE, client="203.0.113.2")
    at.world.run_once()
    have["forgotten confirm"] = at.link(GONE, "confirm")
    at.forget(GONE)
    at.take(used, at.ticks(used)[-3], "Wes", WES)
    booked, moved = at.ask(FRANK, title="Goldcrest"), at.ask("bob", optional=(EVE,), title="Siskin")
    have |= {"frank": at.link(FRANK, "asked"), "moved": at.link(EVE, "asked")}
    have["used confirm"] = at.link(WES, "confirm")
    at.press(have["used confirm"], "confirm")
    at.tick(have["frank"], *at.ticks(have["frank"]))
    at.services.desk.accept(booked, 1)
    at.services.desk.reschedule(moved)
    at.world.undo()
    at.world.pass_time(HELD_FOR)
    asked = at.ask("bob", EVE, title="Brambling")
    at.take(open_, at.ticks(open_)[2], "Vera", VERA)
    at.world.run_once()
    have |= {
        "used": used,
        "open": open_,
        "open id": id_,
        "revoked": revoked,
        "expired": expired,
        "eve": at.link(EVE, "asked"),
        "confirm": at.link(VERA, "confirm"),
        "leave": next(one for one in reversed(at.links(WES)) if one.startswith("/r/")),
        "frank leave": next(one for one in reversed(at.links(FRANK)) if one.startswith("/r/")),
        "held": next(one for one in _held(at)),
        "asked": asked,
        "booked": booked,
    }
    return have


def _held(at: Outsiders) -> Iterator[str]:
    from engine.time.instant import format_instant

    with at.services.store.reading() as tx:
        for name in tx.repositories.visits.lapsed(10**10):
            visit = tx.repositories.visits.get(name)
            if visit is not None:
                yield format_instant(visit.start)
