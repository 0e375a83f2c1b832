"""A grant that has ended: said once in plain words, tried seldom, and its owner is unknown meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from daemon.gather import of_user
from daemon.house import House
from daemon.wire import opened
from engine.ids import ConnectorName, UserId
from engine.model.calendar import ConnectorState
from engine.model.operations import Grant, GrantStatus
from engine.timespan import DAY, HOUR, MINUTE, Span
from tests.daemon.google.house import ALICE, GoogleHouse, google_house
from tests.standins.google.oauth import OAuth
from tests.standins.google.state import Clock
from tests.standins.time import Numbered, StillClock

NAME = ConnectorName("alice-work")
USER = UserId(ALICE)


@dataclass
class Connected:
    """A house whose one connector has a grant, and the clocks on both sides, moved together."""

    made: GoogleHouse
    house: House
    here: StillClock
    there: Clock

    def pass_by(self, seconds: int) -> None:
        self.here.at += seconds
        self.there.advance(seconds)

    def revoke(self) -> None:
        OAuth(self.made.google.state).revoke(f"token={self.made.refresh}")
        self.made.google.expire_access_tokens()

    def exchanges(self) -> int:
        return sum(one.method == "oauth.token" for one in self.made.google.log)

    def is_known(self) -> bool:
        window = Span(self.here.at, self.here.at + DAY)
        with self.house.store.reading() as tx:
            return of_user(tx, self.house.sight, USER, window, self.here.at).taken is not None


@pytest.fixture
def connected(tmp_path: Path) -> Iterator[Connected]:
    there = Clock()
    here = StillClock(int(there.now()))
    with (
        google_house(tmp_path, there) as made,
        opened(made.file, clock=here, randomness=Numbered()) as house,
    ):
        grant = Grant(
            connector=NAME,
            user_id=USER,
            provider="google",
            refresh_token=made.refresh,
            status=GrantStatus.CONNECTED,
            created_at=here.at,
            updated_at=here.at,
        )
        with house.store.writing() as tx:
            tx.shelves.grants.put(grant)
        yield Connected(made, house, here, there)


def test_it_is_told_once_and_tried_each_hour_and_comes_back_by_itself(connected: Connected) -> None:
    house = connected.house
    assert house.pull.run(house.sources[NAME]).error is None
    connected.revoke()
    before, pulled = connected.exchanges(), []
    for _ in range(24 * 12):
        house.refresh.run()
        pulled += [house.pull.run(source) for source in house.due_sources()]
        connected.pass_by(5 * MINUTE)
    (news,) = [one for one in pulled if one.error and not one.told]
    assert "the grant was revoked" in str(news.error)
    assert 20 <= connected.exchanges() - before <= 24
    with house.store.reading() as tx:
        (notice,) = tx.shelves.notifications.of_user(USER)
        account = tx.calendars.account(NAME)
    assert "Run gatherly connect alice-work" in notice.message
    assert account is not None
    assert account.state is ConnectorState.EXPIRED
    connected.made.google.state.refreshes[connected.made.refresh].dead = None
    connected.pass_by(HOUR)
    assert house.pull.run(house.sources[NAME]).error is None
    assert connected.is_known()


def test_the_refresh_job_finds_it_out_between_two_polls_and_tells_the_operator(
    connected: Connected, capsys: pytest.CaptureFixture[str]
) -> None:
    house = connected.house
    house.pull.run(house.sources[NAME])
    connected.revoke()
    for _ in range(40):
        connected.pass_by(2 * MINUTE)
        house.refresh.run()
    assert capsys.readouterr().err.count("the grant was revoked") == 1
    with house.store.reading() as tx:
        assert len(tx.shelves.notifications.of_user(USER)) == 1
    assert not connected.is_known()


def test_its_owner_is_unknown_at_once_and_never_free(connected: Connected) -> None:
    house = connected.house
    house.pull.run(house.sources[NAME])
    assert connected.is_known()
    connected.revoke()
    house.pull.run(house.sources[NAME])
    assert not connected.is_known()
