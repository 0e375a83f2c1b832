"""Repair: put right what `fsck` found, as far as it can be put right by removing and asking again."""

from collections.abc import Sequence

from daemon.jobs.book import BookJob
from daemon.jobs.book_deps import BookDeps
from daemon.jobs.book_watch import WatchJob
from daemon.jobs.sweep import SweepJob
from engine.booking.books import Violation
from engine.errors import SourceError


class RepairJob:
    """Deletes events that must not be there, also those that no ledger knows, and resumes what halted.

    A store that is damaged, and a log with a gap, are told and left: nothing that was lost is made up.
    """

    def __init__(self, deps: BookDeps) -> None:
        self._deps = deps
        self._book = BookJob(deps)
        self._watch = WatchJob(deps)

    def run(self, found: Sequence[Violation]) -> list[str]:
        """Repair; gives what was done, a line each."""
        done = [line for each in found if (line := self._delete(each)) is not None]
        sessions = {each.session for each in found if each.session is not None}
        done += [f"looked into session {each}" for each in sorted(sessions) if self._watch.inspect(each)]
        SweepJob(self._deps, self._book, self._watch).run()
        for session in sorted({*sessions, *self._book.due()}):
            self._book.run(session)
        return done

    def _delete(self, violation: Violation) -> str | None:
        if violation.calendar is None or violation.event is None:
            return None
        connector = self._deps.connectors.get(violation.calendar.connector)
        if connector is None:
            return None
        try:
            connector.withdraw(violation.calendar.calendar, violation.event)
        except SourceError as error:
            return f"could not delete {violation.event} from {violation.calendar}: {error}"
        return f"deleted {violation.event} from {violation.calendar}"
