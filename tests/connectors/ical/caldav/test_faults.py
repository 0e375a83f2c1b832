"""Lines that break under each call: no hang past the deadline, no wrong state, nothing lost or doubled."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.ical.caldav.connector import CalDavConnector, Patience
from engine.errors import (
    SourceError,
    SourceExpiredError,
    SourceUnavailableError,
    WriteAmbiguousError,
    WriteConflictError,
)
from engine.model.booking import Observed
from tests.connectors.ical.caldav.sources import DavSource, opened
from tests.contracts.connector import INSTALL, draft, everything, titles
from tests.standins.faulty_proxy import Fault, FaultyProxy, faulty_proxy
from tests.standins.radicale import Answered, Exchange, Radicale

SHORT, HANG = 1.5, 60.0
"""Seconds after which a call on a line that hangs is given up; and after which a call that is not, hangs."""
HANGING = {Fault.BLACK_HOLE, Fault.DEAF, Fault.DRIBBLE}


class ShortWhileItHangs(Patience):
    """No more patience than a test has for a line that hangs, and a busy machine's with any other."""

    proxy: FaultyProxy

    def __init__(self, proxy: FaultyProxy) -> None:
        object.__setattr__(self, "request", HANG)
        object.__setattr__(self, "proxy", proxy)

    @property
    def call(self) -> float:
        return SHORT if self.proxy.fault in HANGING else HANG

    @property
    def read(self) -> float:
        return self.call


FAULTS = [fault for fault in Fault if fault is not Fault.PASS]
APPLIED = {Fault.LOST_ANSWER, Fault.BLACK_HOLE, Fault.CUT, Fault.DRIBBLE}
"""With these the server has done what it was asked, though nobody hears of it."""


@pytest.fixture
def proxy(server: Radicale) -> Iterator[FaultyProxy]:
    with faulty_proxy(int(server.url.rstrip("/").rpartition(":")[2])) as running:
        yield running


@pytest.fixture
def source(source: DavSource, proxy: FaultyProxy, tmp_path: Path) -> Iterator[DavSource]:
    """Put the proxy before the connector; the other hand stays on the server itself."""
    direct = source.connector
    source.connector = opened(proxy.url, tmp_path, write=source.calendar, patience=ShortWhileItHangs(proxy))
    source.connector.calendars()
    yield source
    source.connector.close()
    direct.close()


def failing(call: Callable[[], object], proxy: FaultyProxy, fault: Fault) -> SourceError:
    """Make a call on a broken line; gives its error, raised in time."""
    proxy.break_with(fault)
    began = time.monotonic()
    with pytest.raises(SourceError) as raised:
        call()
    assert time.monotonic() - began < HANG
    assert fault not in APPLIED or proxy.held_back.wait(HANG), "the server is not through with it"
    proxy.break_with(Fault.PASS)
    return raised.value


def seen(connector: CalDavConnector, source: DavSource) -> Observed | None:
    return connector.read(source.calendar, draft().event_id)


def test_a_call_that_a_booking_waits_for_ends_within_twenty_seconds() -> None:
    assert (Patience().request, Patience().call) == (20.0, 20.0)
    assert Patience().read < 120


@pytest.mark.parametrize("fault", FAULTS)
def test_a_read_on_a_broken_line_fails_and_the_next_one_tells_everything(
    source: DavSource, proxy: FaultyProxy, fault: Fault
) -> None:
    source.put("one", "20261020T080000Z", "First")
    before = everything(source)
    source.put("two", "20261021T080000Z", "Second")
    error = failing(lambda: source.connector.changes(source.calendar, before.token, {}), proxy, fault)
    assert isinstance(error, SourceUnavailableError)
    assert not isinstance(error, SourceExpiredError)
    after = source.connector.changes(source.calendar, before.token, {})
    assert titles(source, after.objects) == ["Second"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_write_on_a_broken_line_is_ambiguous_where_it_may_have_been_done_and_never_doubled(
    source: DavSource, proxy: FaultyProxy, fault: Fault
) -> None:
    error = failing(lambda: source.connector.write(source.calendar, draft()), proxy, fault)
    applied = seen(source.connector, source)
    assert (applied is not None) == (fault in APPLIED)
    assert isinstance(error, WriteAmbiguousError) or applied is None
    if applied is None:
        source.connector.write(source.calendar, draft())
    else:
        with pytest.raises(WriteConflictError):
            source.connector.write(source.calendar, draft())
    assert len(source.connector.marked(source.calendar, INSTALL)) == 1
    assert len(everything(source).objects) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_what_lies_there_is_never_told_as_gone_on_a_broken_line(
    source: DavSource, proxy: FaultyProxy, fault: Fault
) -> None:
    source.connector.write(source.calendar, draft())
    failing(lambda: seen(source.connector, source), proxy, fault)
    failing(lambda: source.connector.marked(source.calendar, INSTALL), proxy, fault)
    assert seen(source.connector, source) is not None
    assert len(source.connector.marked(source.calendar, INSTALL)) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_withdrawal_on_a_broken_line_can_be_made_again(
    source: DavSource, proxy: FaultyProxy, fault: Fault
) -> None:
    source.put("theirs", "20261021T080000Z", "Foreign")
    source.connector.write(source.calendar, draft())
    failing(lambda: source.connector.withdraw(source.calendar, draft().event_id), proxy, fault)
    source.connector.withdraw(source.calendar, draft().event_id)
    assert seen(source.connector, source) is None
    assert titles(source, everything(source).objects) == ["Foreign"]


def test_a_deletion_whose_answer_is_lost_is_ambiguous_and_was_done(
    server: Radicale, source: DavSource, proxy: FaultyProxy
) -> None:
    source.connector.write(source.calendar, draft())

    def lose(exchange: Exchange, serve: Callable[[], Answered]) -> Answered:
        if exchange.method == "DELETE":
            proxy.fault = Fault.LOST_ANSWER
        return serve()

    server.between = lose
    with pytest.raises(WriteAmbiguousError, match="the answer to a DELETE was lost"):
        source.connector.withdraw(source.calendar, draft().event_id)
    proxy.break_with(Fault.PASS)
    source.connector.withdraw(source.calendar, draft().event_id)
    assert seen(source.connector, source) is None


@pytest.mark.parametrize("length", [0, 1, 12, 80, 200, 260, 320])
def test_an_answer_cut_anywhere_is_a_failed_read(source: DavSource, proxy: FaultyProxy, length: int) -> None:
    source.put("one", "20261020T080000Z", "First")
    token = everything(source).token
    source.put("two", "20261020T080000Z", "Second")
    proxy.cut_after = length
    error = failing(lambda: source.connector.changes(source.calendar, token, {}), proxy, Fault.CUT)
    assert isinstance(error, SourceError)


def test_a_server_that_is_down_is_unreachable_not_unauthorised(tmp_path: Path, source: DavSource) -> None:
    connector = opened("http://127.0.0.1:9/", tmp_path, write="Home")
    probed = connector.probe()
    assert (probed.reachable, probed.problems != ()) == (False, True)
    with pytest.raises(SourceUnavailableError):
        connector.read(source.calendar, draft().event_id)
    connector.close()
