"""What a kind that lives on somebody's consent is handed when that is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from engine.ids import ConnectorName
from engine.model.operations import Tokens
from engine.time.span import Instant

if TYPE_CHECKING:
    from connectors.web.http import Http
    from connectors.web.trust import Trust
    from engine.ports.world import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose consent is wanted, and to what.

    `base` is where relative paths in the options begin; `http` opens the guarded way out.
    """

    name: ConnectorName
    base: Path
    writes: bool
    now: Instant
    http: "Callable[[bool, Trust], Http]" = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRequest(Wanted):
    """How consent is asked for at a terminal.

    `imported` is a file with a grant that was given elsewhere: with it nobody is asked. `open_page` leads to
    a page, `stdin` takes the address pasted; `device_code` asks for a code instead, to be entered on another
    device.
    """

    say: Callable[[str], None]
    stdin: TextIO
    open_page: Callable[[str], object]
    clock: "Clock"
    imported: Path | None = None
    device_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentOnPages(Wanted):
    """How consent is asked for by pages of ours: the provider leads back to `redirect` with `state`."""

    redirect: str
    state: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """Where consent is given, and what the answer is redeemed with, which no browser is to see."""

    address: str
    secrets: Mapping[str, str] = field(repr=False)


class PageConsent(Protocol):
    """How a kind's consent is asked for by pages: nothing remote is waited for until the answer is there."""

    def opened(self, options: object, asked: ConsentOnPages) -> ConsentPage:
        """Give the page that asks for it.

        Raises:
            InputError: the connector needs none, or the operator's files lack what it takes.
        """

    def redeemed(self, options: object, asked: ConsentOnPages, page: ConsentPage, code: str) -> Tokens:
        """Exchange the answer's code for a grant.

        Raises:
            GatherlyError: it was not exchanged, or less was allowed than is needed.
        """
