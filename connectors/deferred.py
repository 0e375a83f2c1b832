"""A connector that cannot be made yet: its password file is missing, say, or its library is.

It must not keep the others from working, so it stands in its place as a source that does not answer, and
tries to be made again whenever it is asked for something.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

from engine.errors import GatherlyError, HeldBackError, SourceError, SourceUnavailableError
from engine.ids import ConnectorName, EventId, Href, InstallId, RemoteCalendarId
from engine.model.booking import EventDraft, Observed, Written
from engine.model.calendar import Changes, Digest, Interpretation, RawObject
from engine.ports.connector import Connector, Consenting, Paced, Probe, RemoteCalendar, one_read
from engine.time.span import Span


class DeferredConnector:
    """Makes the connector at the first call that succeeds in it; see `engine.ports.connector.Connector`."""

    def __init__(self, name: ConnectorName, make: Callable[[], Connector]) -> None:
        self._name = name
        self._make = make
        self._made: Connector | None = None

    def probe(self) -> Probe:
        """Tell what keeps it from being made."""
        try:
            return self._connector().probe()
        except SourceError as error:
            return Probe(reachable=False, authorised=False, can_write=False, problems=(str(error),))

    def calendars(self) -> Sequence[RemoteCalendar]:
        """List what it can see."""
        return self._connector().calendars()

    def changes(self, calendar: RemoteCalendarId, token: str | None, known: Mapping[Href, Digest]) -> Changes:
        """Read what has changed."""
        return self._connector().changes(calendar, token, known)

    def interpret(
        self, objects: Iterable[RawObject], window: Span, zone: str, *, why: bool = False
    ) -> Interpretation:
        """Say what objects that were read before mean; without the connector nobody can."""
        return self._connector().interpret(objects, window, zone, why=why)

    def write(self, calendar: RemoteCalendarId, draft: EventDraft, etag: str | None = None) -> Written:
        """Write."""
        return self._connector().write(calendar, draft, etag)

    def read(self, calendar: RemoteCalendarId, event_id: EventId) -> Observed | None:
        """Look an event up."""
        return self._connector().read(calendar, event_id)

    def withdraw(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        """Delete an event of ours."""
        self._connector().withdraw(calendar, event_id)

    def marked(self, calendar: RemoteCalendarId, install: InstallId | None) -> Sequence[Observed]:
        """List events with a mark."""
        return self._connector().marked(calendar, install)

    def keep_fresh(self) -> bool:
        """Renew the grant of one that lives on somebody's consent, ahead of time like any other's.

        Raises:
            SourceError: it could not be renewed, or there is no connector yet.
        """
        connector = self._connector()
        return isinstance(connector, Consenting) and connector.keep_fresh()

    def reads_held(self) -> HeldBackError | None:
        """Say why nothing would be read now; None where it would be, or nobody can tell."""
        made: object = self._made
        return made.reads_held() if isinstance(made, Paced) else None

    def writes_held(self) -> HeldBackError | None:
        """Say why no write would be sent now; None where one would be, or nobody can tell."""
        made: object = self._made
        return made.writes_held() if isinstance(made, Paced) else None

    def one_read(self) -> AbstractContextManager[None]:
        """Measure what is read of the account in the block; one that cannot be made reads nothing."""
        try:
            return one_read(self._connector())
        except SourceError:
            return nullcontext()

    def close(self) -> None:
        """Let go of what was made."""
        if self._made is not None:
            self._made.close()

    def _connector(self) -> Connector:
        if self._made is None:
            try:
                self._made = self._make()
            except GatherlyError as error:
                what = f"The connector {self._name} cannot be used: {error.what}"
                raise SourceUnavailableError(what, error.remedy) from error
        return self._made
