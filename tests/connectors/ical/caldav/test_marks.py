"""Our events in a calendar are never told as gone because looking into them failed."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from connectors.ical.caldav.connector import CalDavConnector
from connectors.ical.reading.tasks import OBSERVE
from connectors.owner import OwnerAddresses
from connectors.sandbox.task import Allowance, UnfinishedError, run_here
from engine.errors import SourceError
from engine.ids import RemoteCalendarId
from engine.time.span import Instant
from tests.connectors.ical.caldav.sources import opened
from tests.contracts.connector import INSTALL, draft
from tests.standins.odd_dav import CALENDAR, OddDav, event, odd_dav

ITSELF = RemoteCalendarId(".")


class Dying:
    """Runs tasks in children that die while they look into events, as long as `dies`."""

    dies = False

    def __call__(self, task: str, payload: bytes, *, cpu: float, allowance: Allowance | None = None) -> bytes:
        if self.dies and task == OBSERVE:
            raise UnfinishedError("it took more than it was given")
        return run_here(task, payload, cpu=cpu, allowance=allowance)


@pytest.fixture
def odd() -> Iterator[OddDav]:
    with odd_dav() as server:
        server.objects[f"{CALENDAR}ours.ics"] = ours(20)
        yield server


def ours(day: int) -> str:
    mark = f"X-GATHERLY-INSTALL:{INSTALL}\r\nX-GATHERLY-SESSION:s\r\nX-GATHERLY-EPOCH:1\r\nSUMMARY"
    return event(draft().event_id, day).replace("SUMMARY", mark)


def starts(connector: CalDavConnector) -> list[Instant]:
    return [one.span.start for one in connector.marked(ITSELF, INSTALL) if one.span]


def test_what_could_not_be_looked_into_is_looked_into_the_next_time(odd: OddDav, tmp_path: Path) -> None:
    run = Dying()
    with closing(opened(odd.url, tmp_path, write=".", run=run)) as connector:
        run.dies = True
        with pytest.raises(SourceError):
            starts(connector)
        run.dies = False
        (before,) = starts(connector)
        odd.objects[f"{CALENDAR}ours.ics"] = ours(21)
        odd.etags = {f"{CALENDAR}ours.ics": '"2"'}
        run.dies = True
        with pytest.raises(SourceError):
            starts(connector)
        run.dies = False
        (after,) = starts(connector)
    assert after > before


def test_a_copy_that_its_owner_declined_by_another_address_is_known_as_such_once_that_is(
    odd: OddDav, tmp_path: Path
) -> None:
    answer = "ATTENDEE;PARTSTAT=DECLINED:mailto:d.miller@example.com\r\nSUMMARY"
    odd.objects[f"{CALENDAR}ours.ics"] = ours(20).replace("SUMMARY", answer)
    owner = OwnerAddresses(["dave@example.com"])
    with closing(opened(odd.url, tmp_path, write=".", owner=owner)) as connector:
        assert [one.declined for one in connector.marked(ITSELF, INSTALL)] == [False]
        owner.learn(["d.miller@example.com"])
        assert [one.declined for one in connector.marked(ITSELF, INSTALL)] == [True]
        heard = len([one for one in odd.heard if "calendar-multiget" in one.body])
        owner.learn(["d.miller@example.com"])
        assert [one.declined for one in connector.marked(ITSELF, INSTALL)] == [True]
        assert len([one for one in odd.heard if "calendar-multiget" in one.body]) == heard
