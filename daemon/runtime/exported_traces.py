"""Traces as OpenTelemetry's SDK makes them and hands them to a collector (OTLP over HTTP).

A booking's trace has ids made from its session and epoch, so that every daemon, before and after a restart,
adds to the same one with nothing stored. The SDK's global provider stays unset: what libraries would trace by
themselves holds addresses.
"""

import hashlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, cast

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

from daemon.runtime.lasting import Lasting
from daemon.runtime.traces import Fact, Span
from engine.ids import SessionId, UserId
from engine.time.span import Instant
from engine.trouble import Trouble, attempt

LOST, BACK = "traces.lost", "traces.back"
PATH = "/v1/traces"
PATIENCE = 3.0
"""Seconds for which a collector may keep one request, and the end of the daemon."""
RECENT = 600 * 10**9
"""Nanoseconds for which a read is taken to have led to what follows."""
_MOST_SHOWN = 10_000
_SECOND = 10**9


class _Span:
    def __init__(self, span: Any) -> None:
        self.inner = span

    def tell(self, **facts: Fact) -> None:
        """Say more of it."""
        self.inner.set_attributes(facts)

    def failed(self, error: BaseException) -> None:
        """Say by what kind of error, and nothing of what it says."""
        self.inner.set_status(trace.StatusCode.ERROR, type(error).__name__)

    def ended(self, _kind: object, error: BaseException | None, _place: object) -> None:
        """Have failed where the block that it stands for raised."""
        if error is not None:
            self.failed(error)


class _Ids:
    """Gives ids by chance, or the next span those that it is to have."""

    def __init__(self) -> None:
        self._chance: Any = RandomIdGenerator()
        self._next = threading.local()

    @contextmanager
    def fixed(self, ids: trace.SpanContext) -> Iterator[None]:
        """Let the span that is begun in the block have these."""
        self._next.ids = ids
        try:
            yield
        finally:
            self._next.ids = None

    def generate_span_id(self) -> int:
        """Give a span's id."""
        ids = getattr(self._next, "ids", None)
        return cast("int", ids.span_id if ids else self._chance.generate_span_id())

    def generate_trace_id(self) -> int:
        """Give a trace's id."""
        ids = getattr(self._next, "ids", None)
        return cast("int", ids.trace_id if ids else self._chance.generate_trace_id())

    def is_trace_id_random(self) -> bool:
        """Say that a share of the traces may be taken by their ids: a hash is as good as chance."""
        return True


class _Told:
    """The exporter, whose trouble is told as what lasts, not once a batch."""

    def __init__(self, exporter: Any, lasting: Lasting) -> None:
        self._exporter = exporter
        self._lasting = lasting

    def export(self, spans: Sequence[Any]) -> Any:
        """Hand spans over; those that a collector does not take are lost."""
        result = attempt(lambda: self._exporter.export(spans))
        if isinstance(result, Trouble):
            kind = type(result.raised).__name__
            self._lasting.broke(LOST, f"The collector cannot be reached ({kind})", level="warning")
            raise result.raised
        if getattr(result, "name", "") == "SUCCESS":
            self._lasting.mended(LOST, BACK)
        else:
            self._lasting.broke(LOST, "The collector does not take spans", level="warning")
        return result

    def shutdown(self) -> None:
        """End it."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Say that nothing is kept back here."""
        return True


class ExportedTraces:
    """Spans that go to a collector, in batches, from a thread of their own."""

    def __init__(self, endpoint: str, version: str, lasting: Lasting) -> None:
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # its trouble is told by `_Told`
        self._ids = _Ids()
        resource = Resource.create({SERVICE_NAME: "gatherly", SERVICE_VERSION: version})
        self._provider = TracerProvider(
            id_generator=cast("Any", self._ids), resource=resource, shutdown_on_exit=False
        )
        address = endpoint if endpoint.endswith(PATH) else f"{endpoint.rstrip('/')}{PATH}"
        exporter = _Told(OTLPSpanExporter(endpoint=address, timeout=PATIENCE), lasting)
        self._provider.add_span_processor(BatchSpanProcessor(cast("Any", exporter)))
        self._tracer = self._provider.get_tracer("gatherly", version)
        self._lock = threading.Lock()
        self._latest: dict[UserId, Any] = {}
        self._shown: OrderedDict[tuple[int, int], None] = OrderedDict()

    @contextmanager
    def span(self, name: str, **facts: Fact) -> Iterator[Span]:
        """Have a block be a span, within the one that it lies in; what it raises fails it."""
        started = self._tracer.start_as_current_span(
            name, attributes=facts, record_exception=False, set_status_on_exception=False
        )
        with started as inner, ExitStack() as ends:
            span = _Span(inner)
            ends.push(span.ended)
            yield span

    @contextmanager
    def of_booking(self, session: SessionId, epoch: int, people: Collection[UserId] = ()) -> Iterator[None]:
        """Have a block belong to the trace of a booking, whichever daemon works on it."""
        parent = trace.set_span_in_context(
            trace.NonRecordingSpan(self._root(session, epoch)), contexts.Context()
        )
        for read in self._led_here(session, epoch, people):
            shown = self._tracer.start_span(
                read.name,
                context=parent,
                attributes=dict(read.attributes or {}),
                links=[trace.Link(read.get_span_context())],
                start_time=read.start_time,
            )
            shown.end(read.end_time)
        token = contexts.attach(parent)
        try:
            yield
        finally:
            contexts.detach(token)

    def changed(self, user: UserId, span: Span) -> None:
        """Remember a read that changed something of somebody's."""
        inner = getattr(span, "inner", None)
        if inner is not None and inner.is_recording():
            with self._lock:
                self._latest[user] = inner

    def booked(self, session: SessionId, epoch: int, accepted: Instant, state: str) -> None:
        """Tell a booking as a whole, from the accepted time on."""
        root = self._root(session, epoch)
        facts: dict[str, str | int] = {"session": str(session), "epoch": epoch, "state": state}
        with self._ids.fixed(root):
            whole = self._tracer.start_span(
                "booking", context=contexts.Context(), attributes=facts, start_time=accepted * _SECOND
            )
        whole.end()

    def close(self) -> None:
        """Hand over what is left; a collector that does not answer keeps nobody for longer than a moment."""
        ending = threading.Thread(target=self._provider.shutdown, name="traces", daemon=True)
        ending.start()
        ending.join(PATIENCE)

    def _led_here(self, session: SessionId, epoch: int, people: Collection[UserId]) -> list[Any]:
        """Give the finished reads that a booking's trace does not show yet."""
        found = []
        with self._lock:
            for inner in {id(one): one for user in people if (one := self._latest.get(user))}.values():
                key = (self._root(session, epoch).trace_id, inner.get_span_context().span_id)
                over = inner.end_time is not None and inner.end_time > time.time_ns() - RECENT
                if over and key not in self._shown:
                    self._shown[key] = None
                    found.append(inner)
            while len(self._shown) > _MOST_SHOWN:
                self._shown.popitem(last=False)
        return found

    def _root(self, session: SessionId, epoch: int) -> trace.SpanContext:
        """Make the ids of a booking's trace; whether it is taken follows from them, the same everywhere."""
        digest = hashlib.sha256(f"gatherly booking {session} {epoch}".encode()).digest()
        trace_id = int.from_bytes(digest[:16], "big")
        taken: Any = self._provider.sampler.should_sample(None, trace_id, "booking").decision
        return trace.SpanContext(
            trace_id=trace_id,
            span_id=int.from_bytes(digest[16:24], "big"),
            is_remote=True,
            trace_flags=trace.TraceFlags(
                trace.TraceFlags.SAMPLED if taken.is_sampled() else trace.TraceFlags.DEFAULT
            ),
        )
