"""F4's words for a connector, told and not set (acc 76, contra 34)."""

import pytest

from engine.model.calendar import ConnectorState
from engine.model.integration import GrantStatus, SyncFrequency, integration_status, sync_frequency
from engine.time.span import DAY, HOUR, MINUTE

EVERY = [
    (1, SyncFrequency.HOURLY),
    (5 * MINUTE, SyncFrequency.HOURLY),
    (HOUR, SyncFrequency.HOURLY),
    (HOUR + 1, SyncFrequency.DAILY),
    (DAY, SyncFrequency.DAILY),
    (7 * DAY, SyncFrequency.DAILY),
]


@pytest.mark.parametrize(("every", "told"), EVERY)
def test_acc_76_how_often_follows_from_what_is_configured(every: int, told: SyncFrequency) -> None:
    assert sync_frequency(every) is told
    assert sync_frequency(every, pushed=True) is SyncFrequency.REALTIME


def test_acc_76_each_state_is_one_of_the_four_words() -> None:
    assert {state: integration_status(state) for state in ConnectorState} == {
        ConnectorState.OK: GrantStatus.CONNECTED,
        ConnectorState.STALE: GrantStatus.CONNECTED,
        ConnectorState.DEGRADED: GrantStatus.CONNECTED,
        ConnectorState.EXPIRED: GrantStatus.EXPIRED,
        ConnectorState.ERROR: GrantStatus.ERROR,
        ConnectorState.DISABLED: GrantStatus.DISCONNECTED,
    }
