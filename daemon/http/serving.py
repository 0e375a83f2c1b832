"""The HTTP interface beside a daemon: begun with it and ended with it; its trouble is its own."""

import os
import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import structlog

from config.installation import adding
from connectors.sandbox.pool import ChildPool
from daemon.app.access import Access
from daemon.app.accounts.sign_in_letters import Letters, no_letters
from daemon.runtime.clock import SystemClock
from engine.trouble import Trouble, attempt

if TYPE_CHECKING:
    from daemon.http.doors import Doors
    from daemon.http.oidc.sign_in import OidcSignIn
    from daemon.http.server import HttpServer

AGAIN_AFTER = 30.0
"""Seconds until an address that could not be had is tried again."""
MISSING = "No API is served: the extra `web` is not installed"
_LOG = structlog.get_logger()


class Serving:
    """Serves from `begin` to `finish`; an address that is taken is tried again, and stops nothing else.

    `letters` gives what sends sign-in letters as the configuration says.
    """

    def __init__(self, access: Access, letters: Letters = no_letters) -> None:
        self._access = access
        self._letters = letters
        self._doors: Doors | None = None
        self._stop = threading.Event()
        self._tried = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="http", daemon=True)

    def take(self, access: Access) -> None:
        """Go on over other services: the daemon has read its files anew."""
        self._access = access
        if self._doors is not None:
            self._doors.take(access)

    def begin(self) -> None:
        """Begin, unless the configuration wants nothing served."""
        if self._access.configuration.settings.api.listen:
            self._thread.start()
        else:
            self._tried.set()

    def until_tried(self, seconds: float) -> None:
        """Wait until it listens, or cannot; so many seconds at most, for it holds up nothing else."""
        self._tried.wait(seconds)

    def finish(self) -> None:
        """End what is under way, and stop."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _serve(self) -> None:
        try:
            self._open_and_serve()
        finally:
            self._tried.set()

    def _open_and_serve(self) -> None:
        """Import what serves here: half a second in which all else begins its work."""
        try:
            from daemon.http.application import make_application
            from daemon.http.doors import Doors
            from daemon.http.server import HttpServer
        except ModuleNotFoundError:
            why = f'{MISSING}. {adding("web")}; or write listen = "" under [api]'
            _LOG.warning("api.missing", why=why)
            return
        with closing(ChildPool(SystemClock())) as children:
            doors = self._doors = Doors.of(self._access, children, self._letters, _oidc(self._access))
            app = make_application(doors)
            self._listen(doors, partial(HttpServer, app, doors.access.configuration.settings.api))

    def _listen(self, doors: "Doors", make_server: "Callable[[], HttpServer]") -> None:
        while not self._stop.is_set():
            server = make_server()
            begun = attempt(server.begin)
            self._tried.set()
            if not isinstance(begun, Trouble):
                _LOG.info("api.listening", address=doors.access.configuration.settings.api.base)
                self._stop.wait()
                doors.ending.set()
                server.finish()
                return
            _LOG.warning("api.refused", why=begun.line)
            self._stop.wait(AGAIN_AFTER)


def _oidc(access: Access) -> "OidcSignIn | None":
    """Make what signs in by an issuer, where the files name one; all else is served without it."""
    from daemon.http.oidc.sign_in import oidc_sign_in

    settings = access.configuration.settings.api.oidc
    if settings is None:
        return None
    made = attempt(lambda: oidc_sign_in(access, settings, os.environ))
    if isinstance(made, Trouble):
        _LOG.error("api.no_issuer", why=made.line)
        return None
    return made
