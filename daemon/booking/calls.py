"""The remote calls of a booking: one call each, its error given back as a value to decide on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from daemon.runtime.traces import NO_TRACES, Traces
from engine.errors import HeldBackError, SourceError, SourceUnavailableError
from engine.ids import CalendarKey, ConnectorName, InstallId
from engine.model.booking import Effect, EventDraft, Observed, Written
from engine.ports.connector import Paced, Writer

R = TypeVar("R")


class BookCalls:
    """Calls connectors for effects; a connector that is no longer configured is one that does not answer."""

    def __init__(self, connectors: Mapping[ConnectorName, Writer], traces: Traces = NO_TRACES) -> None:
        self._connectors = connectors
        self._traces = traces

    def write(self, effect: Effect, draft: EventDraft) -> Written | SourceError:
        """Write one copy."""

        def write() -> Written:
            connector, key = self._place(effect)
            return connector.write(key.calendar, draft, effect.etag)

        return self._asked("calendar.write", effect, write)

    def writes_held(self, effect: Effect) -> HeldBackError | None:
        """Say why a copy would not be sent now; None where it would be, or nobody can tell."""
        connector: object = self._connectors.get(effect.calendar.connector) if effect.calendar else None
        return connector.writes_held() if isinstance(connector, Paced) else None

    def read(self, effect: Effect) -> Observed | SourceError | None:
        """Look one copy up by its id."""

        def read() -> Observed | None:
            connector, key = self._place(effect)
            return connector.read(key.calendar, effect.event_id) if effect.event_id else None

        return self._asked("calendar.read", effect, read)

    def withdraw(self, effect: Effect) -> SourceError | None:
        """Delete one copy."""

        def withdraw() -> None:
            connector, key = self._place(effect)
            if effect.event_id:
                connector.withdraw(key.calendar, effect.event_id)

        return self._asked("calendar.withdraw", effect, withdraw)

    def marked(self, effect: Effect, install: InstallId) -> Sequence[Observed] | SourceError:
        """List what this installation wrote into an effect's calendar."""

        def marked() -> Sequence[Observed]:
            connector, key = self._place(effect)
            return connector.marked(key.calendar, install)

        return self._asked("calendar.list", effect, marked)

    def remove(self, effect: Effect, stray: Observed) -> SourceError | None:
        """Delete another event than its own from an effect's calendar."""
        return self.withdraw(replace(effect, event_id=stray.event_id))

    def _asked(self, what: str, effect: Effect, call: Callable[[], R]) -> R | SourceError:
        connector = "" if effect.calendar is None else effect.calendar.connector
        with self._traces.span(what, connector=connector) as span:
            try:
                return call()
            except SourceError as error:
                span.failed(error)
                return error

    def _place(self, effect: Effect) -> tuple[Writer, CalendarKey]:
        key = effect.calendar
        connector = self._connectors.get(key.connector) if key else None
        if key is None or connector is None:
            raise SourceUnavailableError(
                f"The connector of {effect.calendar} is not configured",
                "Configure it again, or release the session",
            )
        return connector, key
