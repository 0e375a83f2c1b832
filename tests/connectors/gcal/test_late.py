"""A Google connector that could not be made when gatherly started: afterwards it is one like any other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.edge import EdgedConnector
from engine.errors import InputError, SourceUnavailableError
from engine.ids import ConnectorName
from engine.ports.connector import Connector, Consenting, Paced
from tests.connectors.gcal.world import GoogleWorld, google_world
from tests.contracts.connector import draft_for
from tests.standins.google.faults import Fault


@pytest.fixture
def world(tmp_path: Path) -> Iterator[GoogleWorld]:
    with google_world(tmp_path) as made:
        yield made


class Deferred:
    """Makes a connector once its secret is there."""

    def __init__(self, world: GoogleWorld) -> None:
        self._world = world
        self.there = False

    def make(self) -> Connector:
        if not self.there:
            raise InputError("client.json is missing")
        return self._world.connector


def test_its_grant_is_renewed_ahead_of_time_without_anybody_reading_it(world: GoogleWorld) -> None:
    secret = Deferred(world)
    deferred = EdgedConnector(ConnectorName("work"), secret.make)
    assert isinstance(deferred, Consenting)
    with pytest.raises(SourceUnavailableError, match="missing"):
        deferred.keep_fresh()
    secret.there = True
    world.everything()
    world.clock.at += 50 * 60
    assert deferred.keep_fresh()
    assert not deferred.keep_fresh()


def test_its_pauses_are_known(world: GoogleWorld) -> None:
    secret = Deferred(world)
    deferred = EdgedConnector(ConnectorName("work"), secret.make)
    assert isinstance(deferred, Paced)
    assert deferred.writes_held() is None
    secret.there = True
    world.google.faults.then("calendar.events.insert", Fault.USER_RATE)
    with pytest.raises(SourceUnavailableError):
        deferred.write(world.calendar, draft_for(world))
    assert deferred.writes_held() is not None
