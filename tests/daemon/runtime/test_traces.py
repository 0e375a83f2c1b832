"""Traces as a collector gets them: one from what led to a booking to its last write, and nothing private."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytest_httpserver import HTTPServer

from daemon.runtime.configured_traces import traces_of
from daemon.runtime.exported_traces import ExportedTraces
from daemon.runtime.lasting import Lasting
from daemon.runtime.traces import NO_TRACES, carried
from engine.errors import SourceUnavailableError
from engine.ids import SessionId, UserId
from tests.standins.collector import Collector, Told
from tests.standins.time import HandClock
from tests.worlds.folder_world import FolderWorld, Somebody

ONE = SessionId("5e1c9a04")
SECRET = "Dinner with the auditor"


@dataclass(frozen=True, slots=True)
class Booked:
    """A session that was proposed, accepted and booked, and what a collector was told of it."""

    collector: Collector
    session: str

    @property
    def whole(self) -> Told:
        (root,) = self.collector.named("booking")
        return root

    def of_it(self, name: str) -> list[Told]:
        return [span for span in self.collector.named(name) if span.trace == self.whole.trace]


@pytest.fixture(scope="module")
def booked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Booked]:
    """Two processes' lives: one reads and proposes, another books."""
    with HTTPServer() as server:
        collector = Collector(server)
        people = (Somebody(name="ann"), Somebody(name="ben"))
        settings = f'[otel]\nendpoint = "{collector.endpoint}"\n'
        world = FolderWorld(tmp_path_factory.mktemp("world"), people, "2026-11-17T10:00:00Z", settings)
        world.busy("ben", ("2026-11-18T09:00:00Z", "2026-11-18T10:00:00Z"))
        session = world.create("ann", "ben", title=SECRET)
        world.run_once()
        world.accept(session)
        world.run_once()
        yield Booked(collector, session)


def test_one_trace_goes_from_the_read_that_led_to_it_to_the_last_write(booked: Booked) -> None:
    assert booked.whole.facts == {"session": booked.session, "epoch": "1", "state": "confirmed"}
    assert booked.whole.parent == b""
    assert {span.facts["connector"] for span in booked.of_it("pull")} >= {"ben-folder"}
    assert len(booked.of_it("propose")) == 1
    assert booked.of_it("booking.turn")
    written = booked.of_it("calendar.write")
    assert sorted(span.facts["connector"] for span in written) == ["ann-folder", "ben-folder"]
    known = {span.id for span in booked.collector.spans}
    assert all(span.parent in known for span in booked.collector.spans if span.parent)
    assert booked.collector.services == {"gatherly"}


def test_a_read_has_a_trace_of_its_own_that_the_bookings_leads_to(booked: Booked) -> None:
    own = [span for span in booked.collector.named("pull") if not span.parent]
    assert {span.facts["connector"] for span in own} == {"ann-folder", "ben-folder"}
    (shown,) = [span for span in booked.of_it("pull") if span.links]
    (read,) = [span for span in own if span.trace == shown.links[0]]
    assert (shown.began, shown.ended, shown.facts) == (read.began, read.ended, read.facts)


def test_nothing_private_is_in_any_of_it(booked: Booked) -> None:
    told = b"".join(booked.collector.bodies)
    assert told
    for secret in (SECRET, "Taken", "@example.com", "calendars/"):
        assert secret.encode() not in told


@pytest.fixture
def collector(httpserver: HTTPServer) -> Collector:
    return Collector(httpserver)


def made(endpoint: str) -> ExportedTraces:
    return ExportedTraces(endpoint, "1.2.3", Lasting(HandClock()))


def test_two_daemons_add_to_the_same_trace_and_another_epoch_is_another(collector: Collector) -> None:
    for epoch in (1, 1, 2):
        traces = made(collector.endpoint)
        with traces.of_booking(ONE, epoch), traces.span("booking.turn"):
            pass
        traces.close()
    first, second, third = collector.named("booking.turn")
    assert first.trace == second.trace != third.trace
    assert first.parent == second.parent != third.parent


def test_an_error_is_told_by_its_kind_alone(collector: Collector) -> None:
    traces = made(f"{collector.endpoint}/v1/traces")
    with pytest.raises(SourceUnavailableError), traces.span("pull"):
        raise SourceUnavailableError(f"https://calendar.example/{SECRET}", "Ask again")
    traces.close()
    (span,) = collector.spans
    assert span.failed == "SourceUnavailableError"
    assert SECRET.encode() not in b"".join(collector.bodies)


def test_work_on_another_thread_belongs_to_who_handed_it_over(collector: Collector) -> None:
    traces = made(collector.endpoint)

    def read() -> None:
        with traces.span("pull"):
            pass

    with traces.of_booking(ONE, 1), traces.span("booking.turn"):
        handed = carried(read)
    handed()
    traces.close()
    (turn,), (pull,) = collector.named("booking.turn"), collector.named("pull")
    assert (pull.trace, pull.parent) == (turn.trace, turn.id)


def test_a_read_is_shown_once_and_only_to_those_whose_it_is(collector: Collector) -> None:
    traces = made(collector.endpoint)
    with traces.span("pull", connector="ann-home") as span:
        traces.changed(UserId("ann"), span)
    for people in (("ann",), ("ann",), ("ben",)):
        with traces.of_booking(ONE, 1, [UserId(one) for one in people]):
            pass
    with traces.of_booking(SessionId("another"), 1, [UserId("ann")]):
        pass
    traces.close()
    assert len([span for span in collector.named("pull") if span.links]) == 2


@pytest.mark.parametrize("refused", [400, 403, 404, 500])
def test_a_collector_that_takes_nothing_is_told_of_once_and_once_when_it_is_back(
    collector: Collector, refused: int, capsys: pytest.CaptureFixture[str]
) -> None:
    lasting = Lasting(HandClock())
    for number in range(3):
        collector.refuses = refused if number < 2 else None
        traces = ExportedTraces(collector.endpoint, "1", lasting)
        with traces.span("pull"):
            pass
        traces.close()
    told = capsys.readouterr()
    lines = [line for line in (told.out + told.err).splitlines() if line.strip()]
    assert [next(word for word in ("lost", "back") if f"traces.{word}" in line) for line in lines] == [
        "lost",
        "back",
    ], lines


@pytest.mark.long
@pytest.mark.upload
def test_without_the_key_nothing_is_imported_and_nothing_made() -> None:
    assert traces_of(None, HandClock()) is NO_TRACES
    asked = (
        "import daemon.wire, sys; print(sorted(name for name in sys.modules if 'opentelemetry.sdk' in name))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_without_the_extra_it_says_how_it_is_added_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "daemon.runtime.exported_traces", None)
    assert traces_of("http://127.0.0.1:4318", HandClock()) is NO_TRACES
    told = capsys.readouterr()
    assert "traces.missing" in told.out + told.err
    assert "otel" in told.out + told.err
