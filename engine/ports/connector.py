"""Configured access to one account, whatever its provider."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from engine.ids import EventId, Href, InstallId, RemoteCalendarId
from engine.time.span import Instant, Span

if TYPE_CHECKING:
    from engine.errors import HeldBackError
    from engine.model.booking import EventDraft, Observed, Written
    from engine.model.calendar_object import Changes, Digest, Interpretation, RawObject
    from engine.model.channel import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteCalendar:
    """A calendar that a connector can see; one that its owner hides is read only where it is named."""

    calendar: RemoteCalendarId
    name: str
    zone: str | None = None
    is_primary: bool = False
    read_only: bool = True
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What `check` found out about a connector; `problems` are lines with their remedy.

    `account` names whose account it is, where its provider tells: connectors to one share its budgets.
    """

    reachable: bool
    authorised: bool
    can_write: bool
    clock_skew: int | None = None
    account: str | None = None
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@runtime_checkable
class Paced(Protocol):
    """A connector whose provider may ask for a pause: of writes, or of everything."""

    def reads_held(self) -> HeldBackError | None:
        """Say why nothing would be read now, and for how long, without asking anybody; None = it would be."""

    def writes_held(self) -> HeldBackError | None:
        """Say why no write would be sent now, and for how long, without asking anybody; None = one would."""


@runtime_checkable
class Measured(Protocol):
    """A connector that counts what one read of its account brings, however many calendars that has."""

    def one_read(self) -> AbstractContextManager[None]:
        """Give all that is read in the block one deadline, and one measure of bytes, objects and work."""


@runtime_checkable
class Watchable(Protocol):
    """A connector whose calendars lie on this machine: whether they were touched is cheap to see."""

    def stamp(self) -> Hashable:
        """Give what differs once something was put there or taken away; None where that cannot be told."""


def stamping(connector: object) -> Callable[[], Hashable] | None:
    """Give how a connector's calendars are told by their stamp, if it is `Watchable`.

    It is asked each second, and whether something is of a protocol takes many times what its stamp does.
    """
    found: Callable[[], Hashable] | None = getattr(connector, "stamp", None)
    return found


def one_read(connector: object) -> AbstractContextManager[None]:
    """Begin a read of an account; connectors that count nothing are bounded call by call."""
    return connector.one_read() if isinstance(connector, Measured) else nullcontext()


@runtime_checkable
class Pushing(Protocol):
    """A connector whose provider tells of changes unasked."""

    def open_channel(
        self, calendar: RemoteCalendarId, address: str, secret: str, before: Channel | None = None
    ) -> Channel:
        """Have a calendar's changes told to an address, with the secret in each notice.

        Where a provider has a channel go on rather than open a second one, it is told under the same id as
        `before`, which is the last one to that address.

        Raises:
            SourceError: the provider does not, or not there.
        """

    def close_channel(self, channel: Channel) -> None:
        """Have no more told by a channel; one that is gone is well."""


@runtime_checkable
class AddressBook(Protocol):
    """A connector whose account has address books beside its calendars."""

    def cards(self) -> Sequence[bytes]:
        """Give all their cards, each as it lies there (vCard).

        Raises:
            SourceError: they cannot be had whole.
        """


class Reachable(Protocol):
    """What every connector does; each call has a hard deadline of its own.

    Every method but `interpret` may raise `SourceError` in one of its kinds.
    """

    def probe(self) -> Probe:
        """Try what `check` reports; never raises `SourceError`."""

    def calendars(self) -> Sequence[RemoteCalendar]:
        """List what it can see."""

    def close(self) -> None:
        """Let go of connections."""


class Reader(Reachable, Protocol):
    """Access that reads calendars."""

    def changes(self, calendar: RemoteCalendarId, token: str | None, known: Mapping[Href, Digest]) -> Changes:
        """Read what has changed since the token; None asks for everything.

        An answer that is not whole raises `SourceIncompleteError`: it is never taken for an empty calendar.
        `known` is what the store holds, for providers that only tell versions: an unchanged object
        need not be sent again where `Changes.whole` is false.
        """

    def interpret(
        self, objects: Iterable[RawObject], window: Span, zone: str, *, why: bool = False
    ) -> Interpretation:
        """Say what raw objects mean for their owner's time; pure, and as often as one likes.

        `zone` is read where an object names none; `why` asks what became of each event, of kinds that tell.
        """


class Writer(Reachable, Protocol):
    """Access that writes events, and finds again what it wrote."""

    def write(self, calendar: RemoteCalendarId, draft: EventDraft, etag: str | None = None) -> Written:
        """Create the event under its own id, or with an etag replace just that version.

        Raises:
            WriteConflictError: the id is taken, or the version is another (409, 412).
            WriteRefusedError: definitely not written.
            WriteAmbiguousError: the answer was lost.
        """

    def read(self, calendar: RemoteCalendarId, event_id: EventId) -> Observed | None:
        """Look an event up by its id; None means that the provider answered: there is none."""

    def withdraw(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        """Delete an event of ours; one that is gone already is well. Somebody else's event is left alone."""

    def marked(
        self, calendar: RemoteCalendarId, install: InstallId | None, since: Instant | None = None
    ) -> Sequence[Observed]:
        """List live events with an installation's mark; None = any installation's.

        What was over `since` then may be left out, where the provider can list without it.
        """


class Connector(Reader, Writer, Protocol):
    """Configured access to one account; one of a kind that does not read, or write, refuses to."""


@runtime_checkable
class Consenting(Protocol):
    """A connector that lives on somebody's consent."""

    def keep_fresh(self) -> bool:
        """Renew the grant where its time has come; tells whether it was renewed.

        Raises:
            SourceError: it could not be renewed.
        """
