"""A collector of traces on a real socket: takes OTLP over HTTP, and keeps what it is told."""

from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response


@dataclass(frozen=True, slots=True)
class Told:
    """One span as it arrived; times in nanoseconds."""

    name: str
    trace: bytes
    id: bytes
    parent: bytes
    facts: dict[str, str]
    began: int
    ended: int
    failed: str
    links: tuple[bytes, ...]


@dataclass
class Collector:
    """Keeps spans; `refuses` answers with a status instead."""

    server: HTTPServer
    spans: list[Told] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    services: set[str] = field(default_factory=set)
    refuses: int | None = None

    def __post_init__(self) -> None:
        self.server.expect_request("/v1/traces").respond_with_handler(self._take)

    @property
    def endpoint(self) -> str:
        return self.server.url_for("").rstrip("/")

    def named(self, name: str) -> list[Told]:
        return [span for span in self.spans if span.name == name]

    def _take(self, request: Request) -> Response:
        if self.refuses is not None:
            return Response(status=self.refuses)
        self.bodies.append(request.data)
        told = ExportTraceServiceRequest.FromString(request.data)
        for group in told.resource_spans:
            found = (one.value.string_value for one in group.resource.attributes if one.key == "service.name")
            self.services.update(found)
            for scope in group.scope_spans:
                self.spans += [_told(span) for span in scope.spans]
        return Response(
            ExportTraceServiceResponse().SerializeToString(), content_type="application/x-protobuf"
        )


def _told(span: Any) -> Told:
    facts = {one.key: _text(one.value) for one in span.attributes}
    return Told(
        name=span.name,
        trace=span.trace_id,
        id=span.span_id,
        parent=span.parent_span_id,
        facts=facts,
        began=span.start_time_unix_nano,
        ended=span.end_time_unix_nano,
        failed=span.status.message if span.status.code == 2 else "",
        links=tuple(link.trace_id for link in span.links),
    )


def _text(value: Any) -> str:
    kind = value.WhichOneof("value")
    return str(getattr(value, kind))
