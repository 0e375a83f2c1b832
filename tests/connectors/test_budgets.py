"""Budgets of requests within one process: a minute's worth at once, then a steady rate, and pauses."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.budgets import HeldBudgets
from engine.errors import SourceUnavailableError
from engine.model.operations import Budget
from engine.operations.budgets import Limit, refused, served, throttled_accounts, within_any_minute
from engine.time.span import DAY, HOUR, MINUTE
from tests.standins.time import HandClock

ACCOUNT = Limit("account", 240, 240)
SLOW = Limit("slow", 1, 1)


def test_a_minute_s_requests_may_be_spent_at_once_and_then_come_at_the_rate() -> None:
    clock = HandClock()
    budgets = HeldBudgets(clock)
    for _ in range(240):
        budgets.take((ACCOUNT,), 20)
    assert clock.waits == []
    for _ in range(240):
        budgets.take((ACCOUNT,), 20)
    assert clock.at == pytest.approx(1000 + 60, abs=1)


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 600))
def test_no_minute_sees_more_than_it_may(pauses: list[float], most: int) -> None:
    clock = HandClock()
    budgets = HeldBudgets(clock)
    limit = within_any_minute("any", most)
    asked: list[float] = []
    for pause in pauses:
        clock.at += pause
        for _ in range(20):
            budgets.take((limit,), 1e9)
            asked.append(clock.at)
    for begin in asked[::10]:
        assert sum(begin <= at < begin + 60 for at in asked) <= max(2, most) + most / 60 + 1


def test_who_cannot_wait_is_told_how_long_it_would_take_and_spends_nothing() -> None:
    clock = HandClock()
    budgets = HeldBudgets(clock)
    budgets.take((SLOW,), 0)
    for _ in range(3):
        with pytest.raises(SourceUnavailableError, match="of this minute are spent") as raised:
            budgets.take((ACCOUNT, SLOW), 20)
        assert raised.value.retry_after == 60
    clock.at += 60
    budgets.take((SLOW,), 20)
    for _ in range(240):
        budgets.take((ACCOUNT,), 0)


def test_a_daemon_that_stops_does_not_go_on_asking() -> None:
    clock = HandClock()
    clock.stopping = True
    budgets = HeldBudgets(clock)
    budgets.take((SLOW,), 0)
    with pytest.raises(SourceUnavailableError, match="stops"):
        budgets.take((SLOW,), 100)


def test_pauses_grow_while_a_server_goes_on_refusing_and_start_anew_once_it_serves() -> None:
    clock = HandClock()
    budgets = HeldBudgets(clock)
    told = [budgets.refused("account", asked, 60) for asked in (None, 5, 500, None)]
    assert told == [60, 120, 500, 500]
    with pytest.raises(SourceUnavailableError, match="left alone"):
        budgets.take((ACCOUNT,), 1000)
    clock.at += 500
    budgets.take((ACCOUNT,), 0)
    budgets.served("account")
    assert budgets.refused("account", 7, 60) == 60
    assert [budgets.refused("account", None, 60) for _ in range(20)][-1] == 3600
    assert budgets.refused("account", 10**9, 60) == 24 * 3600


def test_an_account_is_throttled_until_it_is_served_or_nobody_asks_for_an_hour_after_its_pause() -> None:
    clock = HandClock()
    at = int(clock.now())
    account = refused(Budget(name="google-account a"), 10, at)
    writes = refused(Budget(name="google-writes a"), None, at)
    another = refused(Budget(name="caldav a"), 1, at)
    everybody = (account, writes, another)
    assert throttled_accounts(everybody, at) == {"google": 1, "caldav": 1}
    assert throttled_accounts((served(account), another), at) == {"caldav": 1}
    over = at + MINUTE + HOUR
    assert throttled_accounts(everybody, over - 1) == {"google": 1, "caldav": 1}
    assert throttled_accounts(everybody, over) == {}


def test_a_pause_that_another_clock_has_set_throttles_nobody() -> None:
    far = replace(refused(Budget(name="caldav a"), 1, 1000), quiet_until=1000 + 400 * DAY)
    assert throttled_accounts((far,), 1000) == {}
