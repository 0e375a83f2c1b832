"""Hearing of changes as they happen: one stream for all questions, begun afresh each time it breaks.

The client library's `on_snapshot` is not used: it reconnects without a pause and for ever, tells nobody, and
copies all it has seen for each document that it adds.
"""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import grpc
import structlog
from google.api_core import exceptions
from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.auth.exceptions import GoogleAuthError
from google.cloud.firestore_v1.types import (
    ArrayValue,
    ListenRequest,
    ListenResponse,
    StructuredQuery,
    Target,
    TargetChange,
    Value,
)

from engine.model.app_document import ListenerStatus, Place
from engine.time.span import Instant
from store.firestore.connect import Access
from store.firestore.queries import Filter, Question, questions
from store.firestore.refusals import store_error
from store.firestore.seen_stamps import SeenStamps
from store.firestore.values import stamp_of

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between two attempts; each is twice the one before."""
ENDING = 3.0
"""Seconds for which closing waits for the thread."""
_OPERATORS = {
    "in": StructuredQuery.FieldFilter.Operator.IN,
    ">=": StructuredQuery.FieldFilter.Operator.GREATER_THAN_OR_EQUAL,
}
Kind = TargetChange.TargetChangeType
_LOG = structlog.get_logger("gatherly")


@dataclass(slots=True)
class _Target:
    """One question on the stream, and what it shows so far."""

    question: Question
    stamps: dict[Place, str] = field(default_factory=dict)
    current: bool = False
    fresh: bool = True
    changed: dict[Place, str] = field(default_factory=dict)
    missing: list[Place] = field(default_factory=list)


class _Broken(Exception):
    """The server has given up on a question."""


class Listener:
    """`engine.ports.app_documents.Listening`: a thread that shows what the stream says to `seen_stamps`."""

    def __init__(
        self,
        access: Access,
        seen_stamps: SeenStamps,
        now: Callable[[], Instant],
        channel: Callable[[], grpc.Channel] | None = None,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        self._access = access
        self._seen_stamps = seen_stamps
        self._now = now
        self._open = channel or access.channel
        self._first_pause = first_pause
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._cancel: Callable[[], object] | None = None
        self._hearing = ListenerStatus(listening=False, trouble="it has not begun yet")
        self._thread = threading.Thread(target=self._run, name="firestore-listener", daemon=True)
        self._thread.start()

    def listener_status(self) -> ListenerStatus:
        """Tell whether changes are heard as they happen."""
        return self._hearing

    def close(self) -> None:
        """Stop, and wait a moment for the thread to end."""
        with self._lock:
            self._stop.set()
            if self._cancel is not None:
                self._cancel()
        self._thread.join(ENDING)

    def _run(self) -> None:
        pause = self._first_pause
        while not self._stop.is_set():
            try:
                self._listen()
            except (exceptions.GoogleAPIError, GoogleAuthError, grpc.RpcError, _Broken) as error:
                if self._stop.is_set():
                    return
                pause = self._first_pause if self._hearing.listening else min(2 * pause, LONGEST_PAUSE)
                self._fell_silent(error, pause)
            self._stop.wait(pause)

    def _fell_silent(self, error: Exception, pause: float) -> None:
        emulator = self._access.emulator is not None
        trouble = str(store_error(error, self._access.name, emulator=emulator))
        _LOG.warning("listener.silent", store=self._access.name, error=trouble, again_in=pause)
        self._hearing = ListenerStatus(listening=False, since=self._now(), trouble=trouble)
        self._seen_stamps.woken()

    def _listen(self) -> None:
        asked = questions(self._now())
        done: queue.SimpleQueue[None] = queue.SimpleQueue()
        channel = self._open()
        try:
            stream = self._access.stream(self._requests(asked, done), channel)
            with self._lock:
                self._cancel = getattr(stream, "cancel", channel.close)
                if self._stop.is_set():
                    return
            self._follow(stream, {number: _Target(question) for number, question in enumerate(asked, 1)})
        finally:
            with self._lock:
                self._cancel = None
            done.put(None)
            channel.close()

    def _requests(
        self, asked: Sequence[Question], done: "queue.SimpleQueue[None]"
    ) -> Iterator[ListenRequest]:
        """Ask everything, then keep the line open."""
        for number, question in enumerate(asked, 1):
            target = Target.QueryTarget(
                parent=f"{self._access.root}/documents", structured_query=_structured(question)
            )
            yield ListenRequest(database=self._access.root, add_target=Target(target_id=number, query=target))
        done.get()

    def _follow(self, stream: Iterable[ListenResponse], targets: dict[int, _Target]) -> None:
        for answer in stream:
            kind = answer._pb.WhichOneof("response_type")
            if kind == "target_change":
                self._target_changed(answer.target_change, targets)
            elif kind == "document_change":
                change = answer.document_change
                place = self._place(change.document.name)
                if place is not None:
                    _change(targets, change.target_ids, place, change.document.update_time)
                    _miss(targets, change.removed_target_ids, place)
            elif kind in ("document_delete", "document_remove"):
                gone = answer.document_delete if kind == "document_delete" else answer.document_remove
                place = self._place(gone.document)
                if place is not None:
                    _miss(targets, gone.removed_target_ids or list(targets), place)
            elif kind == "filter" and answer.filter.count != len(targets[answer.filter.target_id].stamps):
                raise _Broken("what was heard does not add up")

    def _target_changed(self, change: TargetChange, targets: dict[int, _Target]) -> None:
        chosen = [targets[number] for number in change.target_ids] or list(targets.values())
        match change.target_change_type:
            case Kind.REMOVE:
                raise _Broken(f"the server gave up: {change.cause.message or change.cause.code}")
            case Kind.RESET:
                for target in chosen:
                    target.stamps, target.current, target.fresh = {}, False, True
            case Kind.CURRENT:
                for target in chosen:
                    target.current = True
            case Kind.NO_CHANGE if not change.target_ids:
                self._show(targets)

    def _show(self, targets: dict[int, _Target]) -> None:
        """Hand on what is seen at one moment."""
        for target in targets.values():
            if target.current and target.fresh:
                question = target.question
                self._seen_stamps.all_of(question.collection, target.stamps, whole=question.whole)
                target.fresh = False
            elif target.current:
                self._seen_stamps.some(target.changed, target.missing if target.question.whole else ())
            if target.current:
                target.changed, target.missing = {}, []
        if not self._hearing.listening and not any(target.fresh for target in targets.values()):
            self._hearing = ListenerStatus(listening=True, since=self._now())
            _LOG.info("listener.listening", store=self._access.name)
            self._seen_stamps.woken()

    def _place(self, name: str) -> Place | None:
        return Place.found(name.removeprefix(f"{self._access.root}/documents/"))


def _change(
    targets: dict[int, _Target], numbers: Sequence[int], place: Place, moment: DatetimeWithNanoseconds
) -> None:
    for number in numbers:
        stamp = stamp_of(moment)
        targets[number].stamps[place] = targets[number].changed[place] = stamp


def _miss(targets: dict[int, _Target], numbers: Sequence[int], place: Place) -> None:
    for number in numbers:
        if targets[number].stamps.pop(place, None) is not None:
            targets[number].changed.pop(place, None)
            targets[number].missing.append(place)


def _structured(question: Question) -> StructuredQuery:
    collection = StructuredQuery.CollectionSelector(
        collection_id=question.collection.value, all_descendants=question.everywhere
    )
    wheres = [_where(one) for one in question.filters]
    return StructuredQuery(from_=[collection], where=wheres[0] if wheres else None)


def _where(one: Filter) -> StructuredQuery.Filter:
    if isinstance(one.value, list):
        words = [Value(string_value=word) for word in one.value]
        value = Value(array_value=ArrayValue(values=words))
    else:
        value = Value(timestamp_value=one.value)
    condition = StructuredQuery.FieldFilter(
        field=StructuredQuery.FieldReference(field_path=one.field), op=_OPERATORS[one.operator], value=value
    )
    return StructuredQuery.Filter(field_filter=condition)
