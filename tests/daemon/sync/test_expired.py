"""A grant that has ended: said once in plain words, tried seldom, and its owner is unknown meanwhile."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.model.calendar import ConnectorState
from engine.time.span import HOUR, MINUTE
from tests.worlds.connected_world import NAME, USER, Connected, connected_services


@pytest.fixture
def connected(tmp_path: Path) -> Iterator[Connected]:
    with connected_services(tmp_path) as made:
        yield made


def test_it_is_told_once_and_tried_each_hour_and_comes_back_by_itself(connected: Connected) -> None:
    services = connected.services
    assert services.pull.run(services.sources[NAME]).error is None
    connected.revoke()
    before, pulled = connected.exchanges(), []
    for _ in range(24 * 12):
        services.refresh.run()
        pulled += [services.pull.run(source) for source in services.due_sources()]
        connected.pass_by(5 * MINUTE)
    services.connections.run()
    services.outbox.run()
    (news,) = [one for one in pulled if one.error and not one.told]
    assert "the grant was revoked" in str(news.error)
    assert 20 <= connected.exchanges() - before <= 24
    with services.store.reading() as tx:
        (notice,) = tx.repositories.notifications.of_user(USER)
        account = tx.calendars.account(NAME)
    assert "Run gatherly connect alice-work" in notice.message
    assert account is not None
    assert account.state is ConnectorState.EXPIRED
    connected.made.google.state.refreshes[connected.made.refresh].dead = None
    connected.pass_by(HOUR)
    assert services.pull.run(services.sources[NAME]).error is None
    assert connected.is_known()


def test_the_refresh_job_finds_it_out_between_two_polls_and_tells_the_operator(
    connected: Connected, capsys: pytest.CaptureFixture[str]
) -> None:
    services = connected.services
    services.pull.run(services.sources[NAME])
    connected.revoke()
    for _ in range(40):
        connected.pass_by(2 * MINUTE)
        services.refresh.run()
        services.events.run()
        services.connections.run()
        services.outbox.run()
    assert capsys.readouterr().err.count("the grant was revoked") == 1
    with services.store.reading() as tx:
        assert len(tx.repositories.notifications.of_user(USER)) == 1
    assert not connected.is_known()


def test_its_owner_is_unknown_at_once_and_never_free(connected: Connected) -> None:
    services = connected.services
    services.pull.run(services.sources[NAME])
    assert connected.is_known()
    connected.revoke()
    services.pull.run(services.sources[NAME])
    assert not connected.is_known()
