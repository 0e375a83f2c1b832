"""What `status` says of how everything stands: what needs somebody comes first."""

from dataclasses import replace

import pytest

from daemon.commands.status_words import status_words
from daemon.terminal.screen import unpainted
from daemon.terminal.times import Reader
from engine.ids import ConnectorName, UserId
from engine.model.calendar import ConnectorState
from engine.model.daemon_life import DaemonLife
from engine.operations.health import ConnectorHealth, Health
from engine.operations.liveness import DaemonHealth, Liveness

NOW = 1_764_000_000
MINUTE = 60
FEED = ConnectorHealth(
    name=ConnectorName("ann-feed"),
    kind="ics",
    user=UserId("ann"),
    state=ConnectorState.OK,
    last_success=NOW - MINUTE,
    age_seconds=MINUTE,
    last_error=None,
    next_run=NOW + MINUTE,
)
WELL = Health(
    connectors=(FEED,), sessions={}, writes_pending=0, writes_stuck=0, version="1", tzdata="2026a", names={}
)
OFF = replace(FEED, state=ConnectorState.DISABLED, last_error="url is missing")


def said(health: Health) -> str:
    return unpainted(status_words(health, Reader("UTC", NOW)))


def test_all_is_in_step_while_nothing_needs_anybody() -> None:
    assert said(WELL).startswith("All is in step. 1 connector, the oldest read 1 min ago.")
    assert said(replace(WELL, untold=9 * MINUTE)).startswith("All is in step.")


def test_mail_that_waits_for_long_needs_somebody() -> None:
    told = said(replace(WELL, untold=15 * MINUTE))
    assert told.startswith("1 thing needs you. Everything else is in step.")
    assert "! Mail has not gone out; the oldest has waited for 15 min.\n" in told


def test_whom_a_broken_file_switches_off_can_be_offered_no_time() -> None:
    told = said(replace(WELL, connectors=(OFF,)))
    assert "ann-feed: switched off: url is missing" in told
    assert "Nobody can be offered a time with ann until then." in told


@pytest.mark.parametrize("refused", ["url is missing", None])
def test_a_daemon_with_older_files_goes_on_with_what_the_newer_switch_off(refused: str | None) -> None:
    life = DaemonLife(
        id="d",
        host="here",
        place="here",
        pid=1,
        born=0,
        since=0,
        last_seen=NOW,
        release="1",
        configuration="",
        refused=refused,
    )
    older = DaemonHealth(life=life, liveness=Liveness.ALIVE, is_current=False)
    told = said(replace(WELL, connectors=(OFF,), daemon=older))
    assert "ann-feed: switched off in the files as they are: url is missing" in told
    assert "The daemon goes on with it as it was until it takes these files." in told
    assert "Nobody can be offered" not in told


def test_of_several_daemons_each_is_named_with_its_role_its_start_its_version_and_what_it_reads() -> None:
    poll = DaemonLife(
        id="p",
        host="one",
        place="one",
        pid=7,
        born=0,
        since=NOW - 90 * MINUTE,
        last_seen=NOW,
        release="1.9",
        configuration="",
        role="poll",
    )
    web = replace(poll, id="w", host="two", pid=8, release="2.0", role="web")
    several = DaemonHealth(life=web, liveness=Liveness.ALIVE, cluster=(web, poll))
    words = said(replace(WELL, daemon=several, claims={"p": 3})).splitlines()
    start = next(number for number, line in enumerate(words) if "2 of them" in line)
    since = Reader("UTC", NOW).when(poll.since)
    assert [line.strip() for line in words[start + 1 : start + 3]] == [
        f"two:8 web, gatherly 2.0, since {since}",
        f"one:7 poll, gatherly 1.9, since {since}, reads 3 now",
    ]
