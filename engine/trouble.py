"""The one place that survives whatever is raised, and what is made of it.

Everybody else catches the errors they expect, by name. What nobody expected ends here, at the edge of one
item's work or of one library's call: it is told by its class and by the line of ours that met it, never by
its own words, which may hold anybody's title, address or password.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import ParamSpec, TypeVar

from engine.errors import (
    GatherlyError,
    ShortageError,
    StaleVersionError,
    StoreUnavailableError,
    UnforeseenError,
)
from engine.shortage import shortage_in
from engine.text.plain_text import one_line

P = ParamSpec("P")
T = TypeVar("T")
K = TypeVar("K")

ROOMS = frozenset({"daemon", "connectors", "engine", "store", "config"})
REMEDY = "It is tried again; if it stays, report it with this line"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a piece of work came to nothing."""

    raised: BaseException

    @property
    def error(self) -> GatherlyError:
        """It as an error of ours; a foreign one by its class and the place that met it, or as a shortage."""
        if isinstance(self.raised, GatherlyError):
            return self.raised
        unforeseen = UnforeseenError(f"Something unforeseen happened ({met(self.raised)})", REMEDY)
        return shortage_in(self.raised) or unforeseen

    @property
    def line(self) -> str:
        """It in one line that can be stored and shown."""
        return one_line("; ".join(str(self.error).splitlines()))

    @property
    def is_race(self) -> bool:
        """Whether somebody else was merely quicker: the next turn sees what they did."""
        return isinstance(self.raised, StaleVersionError)

    @property
    def is_the_stores(self) -> bool:
        """Whether the store as a whole is away: nobody's item is to blame, and nothing can be recorded."""
        return isinstance(self.raised, StoreUnavailableError)


Unopened = Callable[[str, Trouble], object]
"""Is told of each row that does not open: its id, and why."""


def attempt(work: Callable[[], T]) -> T | Trouble:
    """Do a piece of work; give what came of it, or the trouble that it met, whatever that is.

    Only what asks the whole process to end goes on: an interruption, and the closing of a generator.
    """
    try:
        return work()
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        return Trouble(error)


def row_by_row(rows: Iterable[K], look: Callable[[K], T]) -> Iterator[tuple[K, T | Trouble]]:
    """Look up rows one by one: what of them does not open is that row's own trouble.

    Raises:
        StoreUnavailableError: the store as a whole is away.
    """
    for row in rows:
        outcome = attempt(partial(look, row))
        if isinstance(outcome, Trouble) and outcome.is_the_stores:
            raise outcome.raised
        yield row, outcome


def that_open(rows: Iterable[K], look: Callable[[K], T], unopened: Unopened | None) -> list[T]:
    """Look up rows one by one, and keep those that open.

    Raises:
        BaseException: what the first raised that does not open, where nobody is to be told of such rows.
    """
    found = list[T]()
    for row, outcome in row_by_row(rows, look):
        if not isinstance(outcome, Trouble):
            found.append(outcome)
        elif unopened is None:
            raise outcome.raised
        else:
            unopened(str(row), outcome)
    return found


def left_out(_row: str, _trouble: Trouble) -> None:
    """Leave a row that does not open to whoever names such rows: `fsck`, and the work that it belongs to."""


def ours(into: Callable[[str, str], GatherlyError], what: str, work: Callable[[], T]) -> T:
    """Do a piece of work at the edge of a library, where foreign errors become ours.

    Args:
        into: the error of ours that they become, made of what happened and the remedy.
        what: the subject of its sentence, such as "The calendar work".
        work: the call.

    Raises:
        GatherlyError: whatever was raised, as it was where it is one of ours already.
    """
    outcome = attempt(work)
    if not isinstance(outcome, Trouble):
        return outcome
    if isinstance(outcome.raised, GatherlyError):
        raise outcome.raised
    found = outcome.error
    if isinstance(found, ShortageError):
        raise into(f"{what} cannot be used now: {found.what}", found.remedy) from outcome.raised
    error = into(f"{what} met something unforeseen ({met(outcome.raised)})", REMEDY)
    error.unforeseen = True
    raise error from outcome.raised


def met(error: BaseException) -> str:
    """Name an error's class, and the innermost line of ours on its way."""
    places = [place for place in _places(error.__traceback__) if place]
    name = one_line(type(error).__qualname__)
    return f"{name} at {places[-1]}" if places else name


def _places(trace: TracebackType | None) -> Iterator[str | None]:
    while trace is not None:
        yield _ours(trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next


def _ours(file: str, line: int) -> str | None:
    """Name a line of this very package's; None for others' files and for this one."""
    home = __file__.removesuffix("engine/trouble.py")
    inside = file.removeprefix(home)
    if not file.startswith(home) or file == __file__ or inside.split("/")[0] not in ROOMS:
        return None
    return f"{inside}:{line}"
