"""One account: how it logs in, how often it is asked, and how long it is left alone."""

import pytest

from connectors.ical.caldav.budget import Budget
from connectors.ical.caldav.login import Login
from engine.errors import SourceUnavailableError

URL = "https://dav.example.org/cal/"
DIGEST = 'Digest realm="SabreDAV", qop="auth", nonce="abc", opaque="def"'


class HandClock:
    """A clock whose monotonic time is moved by waiting, and by hand."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.waits: list[float] = []
        self.stopping = False

    def now(self) -> int:
        return int(self.at)

    def monotonic(self) -> float:
        return self.at

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.at += seconds
        return self.stopping


def test_a_minute_s_requests_may_be_spent_at_once_and_then_come_one_by_one() -> None:
    clock = HandClock()
    budget = Budget(clock)
    for _ in range(240):
        budget.take(20)
    assert clock.waits == []
    for _ in range(8):
        budget.take(20)
    assert clock.waits == pytest.approx([0.25] * 8)


def test_an_hour_s_requests_stay_within_the_rate() -> None:
    clock = HandClock()
    budget = Budget(clock)
    taken = 0
    while clock.at < 1000 + 3600:
        budget.take(20)
        taken += 1
    assert taken <= 240 * 61


def test_who_cannot_wait_is_told_how_long_it_would_take_and_spends_nothing() -> None:
    clock = HandClock()
    budget = Budget(clock, per_minute=1)
    budget.take(0)
    for _ in range(3):
        with pytest.raises(SourceUnavailableError, match="of this minute are spent") as raised:
            budget.take(20)
        assert raised.value.retry_after == 60
    clock.at += 60
    budget.take(20)


def test_a_daemon_that_stops_does_not_go_on_asking() -> None:
    clock = HandClock()
    clock.stopping = True
    budget = Budget(clock, per_minute=1)
    budget.take(0)
    with pytest.raises(SourceUnavailableError, match="stops"):
        budget.take(100)


def test_pauses_grow_while_a_server_goes_on_refusing_and_start_anew_once_it_serves() -> None:
    clock = HandClock()
    budget = Budget(clock)
    assert [budget.refused(asked) for asked in (None, 5, 500, None)] == [60, 120, 500, 480]
    with pytest.raises(SourceUnavailableError, match="left alone"):
        budget.take(1000)
    clock.at += 480
    budget.take(0)
    budget.served()
    assert budget.refused(7) == 60
    assert [budget.refused(None) for _ in range(20)][-1] == 3600


def test_digest_is_learnt_from_a_challenge_beside_others_and_the_password_is_never_sent_again() -> None:
    login = Login("dave", "secret")
    first = login.authorization("GET", URL)
    assert first.startswith("Basic ")
    assert login.learn("GET", URL, first, f'Basic realm="x", {DIGEST}, Bearer realm="y"')
    after = [login.authorization("PROPFIND", URL) for _ in range(2)]
    assert all('uri="/cal/"' in one and 'nonce="abc"' in one and "secret" not in one for one in after)
    assert "nc=00000002" in after[0]
    assert "nc=00000003" in after[1]
    assert login.scheme == "Digest"


def test_a_wrong_password_is_not_tried_twice_but_an_old_nonce_is() -> None:
    login = Login("dave", "secret")
    assert not login.learn("GET", URL, login.authorization("GET", URL), 'Basic realm="x"')
    assert login.learn("GET", URL, login.authorization("GET", URL), DIGEST)
    sent = login.authorization("GET", URL)
    assert not login.learn("GET", URL, sent, DIGEST)
    assert login.learn("GET", URL, sent, f"{DIGEST}, stale=true")


@pytest.mark.parametrize(
    "challenge", ["", "Digest", "Digest nonsense", 'Digest realm="x", nonce="y", qop="auth-int"']
)
def test_a_challenge_that_cannot_be_met_is_a_refusal(challenge: str) -> None:
    login = Login("dave", "secret")
    assert not login.learn("GET", URL, login.authorization("GET", URL), challenge)
    assert login.authorization("GET", URL).startswith("Basic ")
