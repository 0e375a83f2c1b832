"""What a kind that lives on somebody's consent is handed when that is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from engine.ids import ConnectorName
from engine.time.span import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRequest:
    """Whose consent, to what, and how it is asked for.

    `base` is where relative paths in the options begin; `imported` is a file with a grant that was given
    elsewhere: with it nobody is asked. `open_page` leads to a page, `stdin` takes the address pasted.
    """

    name: ConnectorName
    base: Path
    writes: bool
    now: Instant
    say: Callable[[str], None]
    stdin: TextIO
    open_page: Callable[[str], object]
    imported: Path | None = None
