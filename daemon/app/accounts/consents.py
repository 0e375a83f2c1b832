"""Consents that people give in their browsers: begun on a page of ours, redeemed beside it, then sealed.

What is under way lives in this process alone: after a start of the daemon one presses the button again.
"""

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

import structlog

from config.settings import ConnectorSettings
from connectors.consent import ConsentOnPages, ConsentPage
from connectors.registry import kind_of
from connectors.web.http import Http
from daemon.app.access import Access
from daemon.app.connect import connectable, keep_grant, try_grant
from daemon.app.principal import Principal
from engine.errors import InputError
from engine.ids import ConnectorName, UserId
from engine.time.span import MINUTE, Instant
from engine.trouble import Trouble, attempt

LASTS = 10 * MINUTE
"""Seconds that somebody may take at the provider."""
MOST_OPEN = 500
CALLBACK = "/oauth/callback"
WAITING = "It is being connected."
REFUSED = "The consent was not finished, took too long, or was begun in another browser"
_AGAIN = "Press Connect once more"
_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Begun:
    """A consent under way; `browser` is a digest of what signs that browser in."""

    user: UserId
    browser: str
    settings: ConnectorSettings
    asked: ConsentOnPages
    page: ConsentPage
    until: Instant


@dataclass(slots=True)
class Consents:
    """What is under way, and what came of it."""

    _begun: dict[str, _Begun] = field(default_factory=dict)
    _told: dict[ConnectorName, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, access: Access, principal: Principal, name: str, browser: str) -> str:
        """Give the provider's page that asks for consent to one of somebody's own connectors.

        Raises:
            UnknownThingError: there is no such connector.
            NotAllowedError: it is somebody else's.
            InputError: it needs no consent, or the operator's files lack what it takes.
        """
        settings = connectable(principal, access.configuration, name)
        if settings.through is not None:
            raise InputError(f"{name} is read through {settings.through}", f"Connect {settings.through}")
        asked = ConsentOnPages(
            name=settings.name,
            base=access.configuration.file.absolute().parent,
            writes=settings.write is not None,
            now=access.clock.now(),
            http=lambda private, trust: Http(access.clock, allow_private=private, trust=trust),
            redirect=access.configuration.settings.api.base + CALLBACK,
            state=secrets.token_urlsafe(32),
        )
        page = kind_of(settings.kind).consent_on_pages().opened(settings.options, asked)
        begun = _Begun(settings.user_id, browser, settings, asked, page, asked.now + LASTS)
        with self._lock:
            alive = {state: one for state, one in self._begun.items() if one.until > asked.now}
            self._begun = dict(list(alive.items())[-MOST_OPEN + 1 :]) | {asked.state: begun}
            self._told.pop(settings.name, None)
        return page.address

    def come_back(self, access: Access, principal: Principal, browser: str, query: Mapping[str, str]) -> None:
        """Take the way back from a provider, once, and only from whom it was begun by.

        The code is redeemed beside the request: nobody waits for a provider.

        Raises:
            InputError: it is no answer to what this browser began, or consent was not given.
        """
        with self._lock:
            begun = self._begun.get(query.get("state", ""))
            if begun is None or (begun.user, begun.browser) != (principal.user, browser):
                raise InputError(REFUSED, _AGAIN)
            del self._begun[begun.asked.state]
        if begun.until <= access.clock.now() or not _is_theirs(begun.page, query.get("iss")):
            raise InputError(REFUSED, _AGAIN)
        code = query.get("code", "")
        if "error" in query or not code:
            raise InputError("Consent was not given", f"{_AGAIN}, and allow what is asked for")
        with self._lock:
            self._told[begun.settings.name] = WAITING
        work = partial(self._redeem, access, begun, code)
        threading.Thread(target=work, name="consent", daemon=True).start()

    def told(self, name: ConnectorName) -> str:
        """Say how a connector's consent goes: nothing once it is kept."""
        with self._lock:
            return self._told.get(name, "")

    def _redeem(self, access: Access, begun: _Begun, code: str) -> None:
        name = begun.settings.name
        done = attempt(partial(_redeemed, access, begun, code))
        why = done.line if isinstance(done, Trouble) else done
        with self._lock:
            self._told.pop(name, None)
            if why is not None:
                self._told[name] = f"It could not be connected: {why}"
        if why is not None:
            _LOG.warning("consent.failed", connector=name, why=why)
        else:
            _LOG.info("consent.kept", connector=name, user=begun.user)


def _is_theirs(page: ConsentPage, issuer: str | None) -> bool:
    """Whether who answers is who was asked, where it says who it is (RFC 9207)."""
    return issuer is None or urlsplit(issuer).hostname == urlsplit(page.address).hostname


def _redeemed(access: Access, begun: _Begun, code: str) -> str | None:
    """Keep what was given and try it; says why it does not work, where it does not.

    It is tried by a connector that is made for it: one that stands remembers what it was told before.
    """
    settings = begun.settings
    asks = kind_of(settings.kind).consent_on_pages()
    tokens = asks.redeemed(settings.options, begun.asked, begun.page, code)
    before = keep_grant(access.store, settings, tokens, access.clock.now())
    with access.lend_new((settings.name,)) as sources:
        found = try_grant(access.store, sources[settings.name], before)
    if found.authorised:
        return None
    why = ". ".join(found.problems) or "The provider refuses it"
    return why if before is None else f"{why}. What was connected before stays"
