"""One account: how it logs in, how often it is asked, and how long it is left alone."""

from contextlib import closing
from pathlib import Path

import pytest

from connectors.budgets import HeldBudgets
from connectors.ical.caldav.budget import Budget
from connectors.ical.caldav.login import Login
from connectors.web.urls import read_url
from engine.errors import HeldBackError, SourceUnavailableError
from engine.ids import RemoteCalendarId
from tests.connectors.ical.caldav.sources import opened
from tests.contracts.connector import draft
from tests.standins.odd_dav import Said, odd_dav
from tests.standins.time import HandClock

URL = read_url("https://dav.example.org/cal/")
DIGEST = 'Digest realm="SabreDAV", qop="auth", nonce="abc", opaque="def"'


def test_connectors_to_one_account_share_its_budget_and_its_pauses() -> None:
    clock = HandClock()
    budgets = HeldBudgets(clock)
    first, second = Budget(budgets, URL, "dave"), Budget(budgets, URL.joined("other/"), "dave")
    for _ in range(120):
        first.take(0)
        second.take(0)
    with pytest.raises(SourceUnavailableError, match="of this minute are spent"):
        second.take(0)
    Budget(budgets, URL, "cleo").take(0)
    Budget(budgets, read_url("https://other.example.org/"), "dave").take(0)
    assert first.refused(None) == 60
    with pytest.raises(SourceUnavailableError, match="left alone"):
        second.take(20)
    clock.at += 60
    second.take(20)
    second.served()
    assert first.refused(None) == 60


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


def test_a_pause_of_writes_leaves_reads_alone_and_sends_no_write(tmp_path: Path) -> None:
    with odd_dav() as odd, closing(opened(odd.url, tmp_path, write=".")) as connector:
        busy = Said(429, b"", {"Retry-After": "300"})
        odd.before = lambda heard: busy if heard.method == "PUT" else None
        itself = RemoteCalendarId(".")
        with pytest.raises(SourceUnavailableError, match="pause"):
            connector.write(itself, draft())
        assert connector.writes_held() is not None
        assert connector.reads_held() is None
        assert connector.changes(itself, None, {}).whole
        sent = len(odd.heard)
        with pytest.raises(HeldBackError):
            connector.write(itself, draft())
        assert "PUT" not in [heard.method for heard in odd.heard[sent:]]
