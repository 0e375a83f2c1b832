"""Whether a daemon lives is told by its process where that can be seen, else by its last sign of life."""

from dataclasses import replace

import pytest

from engine.model.daemon_life import DaemonLife
from engine.operations.liveness import SILENT, Liveness, SeesProcess, daemon_health, outlived
from engine.time.span import DAY, HOUR

NOW = 1_794_477_600
FILES = "ab" * 32
MINE = DaemonLife(
    id="mine",
    host="here",
    place="boot 1",
    pid=4127,
    born=7,
    since=NOW - DAY,
    last_seen=NOW - 10,
    release="0.2.0",
    configuration=FILES,
)


def there(_: DaemonLife) -> bool | None:
    return True


def gone(_: DaemonLife) -> bool | None:
    return False


def unseen(_: DaemonLife) -> bool | None:
    return None


@pytest.mark.parametrize(
    ("life", "sees", "liveness", "well"),
    [
        pytest.param(MINE, there, Liveness.ALIVE, True, id="it runs"),
        pytest.param(MINE, gone, Liveness.DIED, False, id="killed a moment ago, on this machine"),
        pytest.param(replace(MINE, ended=NOW - 5), gone, Liveness.ENDED, True, id="stopped by itself"),
        pytest.param(MINE, unseen, Liveness.ALIVE, True, id="on another machine, heard of lately"),
        pytest.param(
            replace(MINE, last_seen=NOW - SILENT - 1), unseen, Liveness.DIED, False, id="elsewhere and silent"
        ),
        pytest.param(
            replace(MINE, last_seen=NOW - HOUR), there, Liveness.ALIVE, False, id="its store takes no writes"
        ),
        pytest.param(replace(MINE, configuration="older"), there, Liveness.ALIVE, False, id="older files"),
        pytest.param(replace(MINE, refused="a.toml:9"), there, Liveness.ALIVE, False, id="refused reload"),
        pytest.param(
            replace(MINE, last_seen=NOW + HOUR), there, Liveness.ALIVE, True, id="a clock that was set back"
        ),
        pytest.param(
            replace(MINE, configuration="older", ended=NOW),
            gone,
            Liveness.ENDED,
            True,
            id="stopped, files newer",
        ),
    ],
)
def test_status_says_how_the_daemon_is(
    life: DaemonLife, sees: SeesProcess, liveness: Liveness, well: bool
) -> None:
    health = daemon_health([life], FILES, NOW, sees)
    assert (health.liveness, health.is_well) == (liveness, well)


def test_where_none_has_ever_worked_nothing_is_wrong() -> None:
    assert daemon_health([], FILES, NOW, there).is_well


def test_one_that_is_killed_beside_another_that_lives_is_told_of() -> None:
    killed = replace(MINE, id="killed", pid=5, since=NOW - HOUR)
    health = daemon_health([MINE, killed], FILES, NOW, lambda life: life.pid != 5)
    assert (health.is_running, health.is_well, health.cluster) == (False, False, (MINE,))


def test_a_start_after_a_kill_makes_all_well_again_and_forgets_the_killed() -> None:
    killed = replace(MINE, id="killed", pid=5, since=NOW - 2 * DAY)
    sees = lambda life: life.pid != 5  # noqa: E731 - one process is gone
    assert daemon_health([MINE, killed], FILES, NOW, sees).is_well
    assert outlived([MINE, killed], MINE, NOW, sees) == ["killed"]


def test_a_daemon_of_another_machine_is_not_forgotten_at_once() -> None:
    other = replace(MINE, id="other", host="there", last_seen=NOW - HOUR)
    assert outlived([MINE, other], MINE, NOW, unseen) == []
    assert outlived([MINE, other], MINE, NOW + 2 * DAY, unseen) == ["other"]
