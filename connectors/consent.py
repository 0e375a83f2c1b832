"""What a kind that lives on somebody's consent is handed when that is asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from engine.ids import ConnectorName
from engine.time.span import Instant

if TYPE_CHECKING:
    from connectors.web.http import Http
    from connectors.web.trust import Trust
    from engine.ports.world import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRequest:
    """Whose consent, to what, and how it is asked for.

    `base` is where relative paths in the options begin; `imported` is a file with a grant that was given
    elsewhere: with it nobody is asked. `open_page` leads to a page, `stdin` takes the address pasted;
    `device_code` asks for a code instead, to be entered on another device. `http` opens the guarded way out.
    """

    name: ConnectorName
    base: Path
    writes: bool
    now: Instant
    say: Callable[[str], None]
    stdin: TextIO
    open_page: Callable[[str], object]
    http: "Callable[[bool, Trust], Http]" = field(repr=False)
    clock: "Clock"
    imported: Path | None = None
    device_code: bool = False
