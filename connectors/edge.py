"""The edge of every connector: whatever its libraries raise comes out as an error of ours.

A connector translates the errors that it knows. What it has never seen is met here, so that it is that
connector's trouble, or that object's, and nobody else's. One that cannot be made yet (its password file is
missing, say, or its library is) is a source that does not answer, and is made once that works.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from typing import Protocol, TypeVar

from engine.errors import (
    GatherlyError,
    HeldBackError,
    ShortageError,
    SourceError,
    SourceExpiredError,
    SourceIncompleteError,
    SourceUnavailableError,
    WriteAmbiguousError,
)
from engine.ids import ConnectorName, EventId, Href, InstallId, RemoteCalendarId
from engine.model.booking import EventDraft, Observed, Written
from engine.model.calendar import Quarantined
from engine.model.calendar_object import Changes, Digest, Interpretation, Occurrence, RawObject
from engine.model.channel import Channel
from engine.ports.connector import (
    AddressBook,
    Connector,
    Consenting,
    Paced,
    Probe,
    Pushing,
    RemoteCalendar,
    one_read,
    stamping,
)
from engine.text.plain_text import one_line
from engine.time.span import Instant, Span
from engine.trouble import Trouble, attempt, ours

T = TypeVar("T")

MOST_UNREADABLE = 100
"""Objects of one read that are set aside one by one; where more fail, it is the calendar that does."""


class Witness(Protocol):
    """Is told how calls went: what was unforeseen or refused is to be seen, and gone once it goes well."""

    def trouble(self, call: str, trouble: Trouble) -> None:
        """Hear that a call met something unforeseen."""

    def expired(self, call: str, error: SourceExpiredError) -> None:
        """Hear that a call met a provider that no longer lets the connector in."""

    def well(self, call: str) -> None:
        """Hear that a call went well."""


class EdgedConnector:
    """A connector that raises a kind of `SourceError` and nothing else: see `engine.ports.connector`.

    `make` is tried at once, and where that fails again at each call; `inner` is what was made. `masked` takes
    what is secret out of its errors: servers repeat what they were sent.
    """

    def __init__(
        self,
        name: ConnectorName,
        make: Callable[[], Connector],
        witness: Witness | None = None,
        masked: Callable[[str], str] = str,
    ) -> None:
        self._what = f"The connector {name}"
        self._make = make
        self._witness = witness
        self._masked = masked
        self.inner: Connector | None = None
        with suppress(GatherlyError):
            self.inner = make()

    def probe(self) -> Probe:
        """Try what `check` reports; whatever goes wrong is a problem of the report."""
        told = self._tried("probe", lambda: self._made().probe())
        if not isinstance(told, Trouble):
            problems = tuple(one_line(self._masked(each)) for each in told.problems)
            return replace(told, problems=problems, notes=tuple(map(self._masked, told.notes)))
        return Probe(reachable=False, authorised=False, can_write=False, problems=(told.line,))

    def calendars(self) -> Sequence[RemoteCalendar]:
        """List what it can see."""
        return self._asked("calendars", lambda: self._made().calendars())

    def changes(self, calendar: RemoteCalendarId, token: str | None, known: Mapping[Href, Digest]) -> Changes:
        """Read what has changed."""
        return self._asked("changes", lambda: self._made().changes(calendar, token, known))

    def interpret(
        self, objects: Iterable[RawObject], window: Span, zone: str, *, why: bool = False
    ) -> Interpretation:
        """Say what objects mean; one that nobody foresaw is set aside, its neighbours count all the same."""
        known = list(objects)
        whole = self._attempt(lambda: self._made().interpret(known, window, zone, why=why))
        if not isinstance(whole, Trouble):
            return whole
        if isinstance(whole.raised, SourceError):
            raise whole.raised
        return self._asked("interpret", lambda: self._apart(known, window, zone))

    def write(self, calendar: RemoteCalendarId, draft: EventDraft, etag: str | None = None) -> Written:
        """Write; where nobody knows what went wrong, nobody knows whether it was written."""
        return self._asked("write", lambda: self._made().write(calendar, draft, etag), WriteAmbiguousError)

    def read(self, calendar: RemoteCalendarId, event_id: EventId) -> Observed | None:
        """Look an event up by its id."""
        return self._asked("read", lambda: self._made().read(calendar, event_id))

    def withdraw(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        """Delete an event of ours."""
        self._asked("withdraw", lambda: self._made().withdraw(calendar, event_id))

    def marked(
        self, calendar: RemoteCalendarId, install: InstallId | None, since: Instant | None = None
    ) -> Sequence[Observed]:
        """List live events with an installation's mark."""
        return self._asked("marked", lambda: self._made().marked(calendar, install, since))

    def open_channel(
        self, calendar: RemoteCalendarId, address: str, secret: str, before: Channel | None = None
    ) -> Channel:
        """Have changes told."""
        return self._asked(
            "open_channel", lambda: self._pushing().open_channel(calendar, address, secret, before)
        )

    def close_channel(self, channel: Channel) -> None:
        """Have them told no more."""
        self._asked("close_channel", lambda: self._pushing().close_channel(channel))

    def _pushing(self) -> Pushing:
        inner: object = self._made()
        if not isinstance(inner, Pushing):
            raise SourceUnavailableError(f"{self._what} is of a kind that tells of nothing unasked")
        return inner

    def cards(self) -> Sequence[bytes]:
        """Give the cards of the account's address books."""
        return self._asked("cards", self._cards)

    def _cards(self) -> Sequence[bytes]:
        inner: object = self._made()
        if not isinstance(inner, AddressBook):
            raise SourceUnavailableError(
                f"{self._what} is of a kind without address books", "Give a caldav connector, or a file"
            )
        return inner.cards()

    def keep_fresh(self) -> bool:
        """Renew the grant of one that lives on somebody's consent; nothing is due for any other."""
        return self._asked("keep_fresh", self._keep_fresh)

    def _keep_fresh(self) -> bool:
        inner = self._made()
        return isinstance(inner, Consenting) and inner.keep_fresh()

    def reads_held(self) -> HeldBackError | None:
        """Say why nothing would be read now; None where it would be, or nobody can tell."""
        inner: object = self.inner
        held = self._tried("reads_held", inner.reads_held) if isinstance(inner, Paced) else None
        return None if isinstance(held, Trouble) else held

    def writes_held(self) -> HeldBackError | None:
        """Say why no write would be sent now; None where one would be, or nobody can tell."""
        inner: object = self.inner
        held = self._tried("writes_held", inner.writes_held) if isinstance(inner, Paced) else None
        return None if isinstance(held, Trouble) else held

    def stamp(self) -> Hashable:
        """Tell calendars on this machine by their stamp; None of any others, or where it cannot be told."""
        asked = stamping(self.inner)
        stamp = None if asked is None else self._tried("stamp", asked)
        return None if isinstance(stamp, Trouble) else stamp

    def one_read(self) -> AbstractContextManager[None]:
        """Measure what is read of the account in the block."""
        inner = self._attempt(self._made)
        return nullcontext() if isinstance(inner, Trouble) else one_read(inner)

    def close(self) -> None:
        """Let go of connections; what cannot be let go of ends with the process."""
        if self.inner is not None:
            self._tried("close", self.inner.close)

    def _made(self) -> Connector:
        """Give the connector, made now if it could not be before.

        Raises:
            SourceUnavailableError: it still cannot be made.
        """
        if self.inner is None:
            try:
                self.inner = self._make()
            except GatherlyError as error:
                what = f"{self._what} cannot be used: {error.what}"
                raise SourceUnavailableError(what, error.remedy) from error
        return self.inner

    def _asked(
        self,
        call: str,
        work: Callable[[], T],
        into: Callable[[str, str], SourceError] = SourceUnavailableError,
    ) -> T:
        """Call, and have whatever is raised come out as a `SourceError`."""
        outcome = self._tried(call, lambda: ours(into, self._what, work))
        if not isinstance(outcome, Trouble):
            return outcome
        if isinstance(outcome.raised, SourceError):
            raise outcome.raised
        raise into(outcome.error.what, outcome.error.remedy) from outcome.raised

    def _tried(self, call: str, work: Callable[[], T]) -> T | Trouble:
        outcome = self._attempt(work)
        if self._witness is None:
            return outcome
        if not isinstance(outcome, Trouble):
            self._witness.well(call)
        elif isinstance(outcome.raised, SourceExpiredError):
            self._witness.expired(call, outcome.raised)
        elif outcome.error.unforeseen:
            self._witness.trouble(call, outcome)
        return outcome

    def _attempt(self, work: Callable[[], T]) -> T | Trouble:
        outcome = attempt(work)
        if isinstance(outcome, Trouble) and isinstance(outcome.raised, GatherlyError):
            outcome.raised.hide(self._masked)
        return outcome

    def _apart(self, objects: Sequence[RawObject], window: Span, zone: str) -> Interpretation:
        """Find the objects that cannot be read by halving, and read all others, each with what they share."""
        shared = [one for one in objects if one.shared]
        occurrences: list[Occurrence] = []
        quarantined: list[Quarantined] = []
        halves, unreadable = [[one for one in objects if not one.shared]], 0
        while halves:
            some = halves.pop()
            read = self._attempt(lambda some=some: self._made().interpret([*shared, *some], window, zone))  # type: ignore[misc] # bound at once
            if not isinstance(read, Trouble):
                occurrences += read.occurrences
                quarantined += read.quarantined
            elif isinstance(read.error, SourceError | ShortageError):
                raise read.error
            elif len(some) > 1:
                halves += [some[: len(some) // 2], some[len(some) // 2 :]]
            else:
                quarantined += [Quarantined(str(one.uid), read.line) for one in some]
                unreadable += len(some)
            if unreadable > MOST_UNREADABLE:
                raise SourceIncompleteError(f"{self._what} met something unforeseen in too many objects")
        ordered = sorted(occurrences, key=lambda each: (each.span, each.uid))
        return Interpretation(tuple(ordered), tuple(quarantined))
