"""What is remembered in SQL of documents that live outside of it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from engine.model.app_document import AppDocument, ListenerStatus, Place
from engine.time.span import Instant
from store.sql.tables.records import about
from store.sql.tables.sessions import app_documents
from store.sql.writes import insert, insert_new

_LISTENER_STATUS = "hearing"
_table = app_documents.c


class SqlAppDocumentRecords:
    """`engine.ports.app_documents.AppDocumentRecords`; `touched` tells whether anything was marked."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.touched = False

    def get(self, place: Place) -> AppDocument | None:
        """Look one up."""
        found = self._some(sa.select(app_documents).where(_table.path == str(place)))
        return found[0] if found else None

    def put(self, document: AppDocument) -> None:
        """Remember it so, but for its mark, which stays."""
        row = _row(document)
        if not insert_new(self._connection, app_documents, {**row, "mark": document.mark}):
            change = sa.update(app_documents).where(_table.path == row["path"])
            self._connection.execute(change.values(row))

    def mark(self, places: Iterable[Place]) -> None:
        """Have them written, in this order."""
        first = sa.select(sa.func.coalesce(sa.func.max(_table.mark), 0)).where(sa.text("mark > 0"))
        paths = list(dict.fromkeys(map(str, places)))
        if not paths:
            return
        last = self._connection.execute(first).scalar_one()
        fresh = _row(AppDocument(place=Place.of(paths[0])))
        rows = [{**fresh, "path": path, "mark": last + number} for number, path in enumerate(paths, 1)]
        added = insert(self._connection, app_documents)
        again = {"mark": added.excluded["mark"], "attempts": 0, "next_at": added.excluded["next_at"]}
        self._connection.execute(added.on_conflict_do_update(index_elements=["path"], set_=again), rows)
        self.touched = True

    def unmark(self, place: Place, mark: int) -> None:
        """Have one written no more, unless it was marked anew since it had this mark."""
        change = sa.update(app_documents).where(_table.path == str(place), _table.mark == mark)
        self._connection.execute(change.values(mark=0))

    def due(self, now: Instant, limit: int = 100) -> Sequence[AppDocument]:
        """Give marked ones whose time has come, in the order in which they were marked."""
        marked = sa.select(app_documents).where(sa.text("mark > 0"), _table.next_at <= now)
        return self._some(marked.order_by(_table.mark, _table.path).limit(limit))

    def pending(self) -> int:
        """Count what is marked."""
        marked = sa.select(sa.func.count()).select_from(app_documents).where(sa.text("mark > 0"))
        return int(self._connection.execute(marked).scalar_one())

    def stamps(self) -> Mapping[Place, str]:
        """Give the stamp of every document that is known and not gone."""
        known = sa.select(_table.path, _table.update_time).where(
            _table.update_time.is_not(None), ~_table.gone
        )
        return {Place.of(path): stamp for path, stamp in self._connection.execute(known)}

    def troubled(self) -> Sequence[AppDocument]:
        """Give those that cannot be read, and those that could not be written."""
        trouble = sa.select(app_documents).where(sa.text("last_error IS NOT NULL OR problem IS NOT NULL"))
        return self._some(trouble.order_by(_table.path))

    def forget(self, place: Place) -> None:
        """Remember nothing of it any more."""
        self._connection.execute(sa.delete(app_documents).where(_table.path == str(place)))

    def orphaned(self) -> Sequence[Place]:
        """Give the documents whose row is gone: their users and sessions were removed by other ways."""
        rows = "SELECT 'users/' || id FROM users UNION ALL SELECT 'eventSessions/' || id FROM event_sessions"
        gone = sa.text(f"path NOT IN ({rows}) AND path NOT LIKE '%/messages/%' AND NOT gone")  # fixed
        left = sa.select(_table.path).where(gone, _table.update_time.is_not(None))
        return [Place.of(path) for path in self._connection.execute(left).scalars()]

    def listener_status(self) -> ListenerStatus | None:
        """Tell whether the daemon hears of changes, as it last said."""
        told = sa.select(about.c.value).where(about.c.key == _LISTENER_STATUS)
        found = self._connection.execute(told).scalar()
        return None if found is None else ListenerStatus(**json.loads(found))

    def heard(self, listener_status: ListenerStatus) -> None:
        """Write down whether changes are heard."""
        self._connection.execute(sa.delete(about).where(about.c.key == _LISTENER_STATUS))
        value = json.dumps(asdict(listener_status))
        self._connection.execute(sa.insert(about).values(key=_LISTENER_STATUS, value=value))

    def _some(self, statement: sa.Select[Any]) -> list[AppDocument]:
        return [_document(row) for row in self._connection.execute(statement).mappings().all()]


def _row(document: AppDocument) -> dict[str, Any]:
    return {
        "path": str(document.place),
        "known": None if document.known is None else dict(document.known),
        "sending": {key: list(sent) for key, sent in document.sending.items()},
        "update_time": document.update_time,
        "attempts": document.attempts,
        "next_at": document.next_at,
        "last_error": document.last_error,
        "gone": document.gone,
        "problem": document.problem,
    }


def _document(row: Mapping[Any, Any]) -> AppDocument:
    return AppDocument(
        place=Place.of(row["path"]),
        known=row["known"],
        sending=row["sending"],
        update_time=row["update_time"],
        mark=row["mark"],
        attempts=row["attempts"],
        next_at=row["next_at"],
        last_error=row["last_error"],
        gone=row["gone"],
        problem=row["problem"],
    )
