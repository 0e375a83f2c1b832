"""Acceptance 54: the more people have answered over HTTP, the more often they take what is proposed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, cycle, islice
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.model.history import SchedulingEvent
from tests.conftest import NOTHING_SERVED
from tests.daemon.http.asking import Asked, served
from tests.worlds.folder_world import FolderWorld, Somebody

HOURS = ("08:00", "18:00")
SETTINGS = """
[api]
listen = "127.0.0.1:8765"
requests_per_minute = 100000
[sync]
horizon = "10d"
[learning]
fit_every = "1d"
"""
HALF_A_DAY = 12 * 3600
EACH = 40


@dataclass(frozen=True)
class Habit:
    """What somebody likes: weekdays and hours of their own clock, mostly."""

    zone: str
    days: tuple[int, ...]
    hours: range

    def likes(self, start: str, rng: Random) -> bool:
        """Whether they would take a start (RFC 3339); one time in twelve for no reason either way."""
        local = datetime.fromisoformat(start).astimezone(ZoneInfo(self.zone))
        fits = local.weekday() in self.days and local.hour in self.hours
        return fits if rng.random() > 1 / 12 else not fits


HABITS = {
    "ann": Habit("Europe/Berlin", (1, 2, 3), range(14, 18)),
    "ben": Habit("Europe/Berlin", (1, 2, 3, 4), range(13, 17)),
    "cay": Habit("Europe/London", (0, 1, 2, 3), range(12, 17)),
    "dee": Habit("Europe/Athens", (2, 3, 4), range(14, 18)),
}
PEOPLE = tuple(Somebody(name=name, zone=one.zone, hours=HOURS) for name, one in HABITS.items())


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(NOTHING_SERVED, raising=False)
        root: Path = tmp_path_factory.mktemp("habits")
        with served(FolderWorld(root, PEOPLE, "2026-02-02T06:00:00Z", SETTINGS)) as asked:
            yield asked


def answered(api: Asked, pair: tuple[str, str], rng: Random) -> None:
    """Ask for half an hour of two people; the host takes a time that both like, or none and gives up."""
    host, guest = pair
    made = api(host, "POST", "/v1/sessions", {"title": "Talk", "inviteeIds": [guest], "duration": 30})
    assert made.status_code == 201, made.text
    path = f"/v1/sessions/{made.json()['id']}"
    api.work()
    offered = api(host, "GET", path).json()["proposedTimes"]
    liked = [
        number
        for number, slot in enumerate(offered, 1)
        if all(HABITS[one].likes(slot["start"], rng) for one in pair)
    ]
    if liked:
        assert api(host, "POST", f"{path}/accept", {"slot": liked[0]}).status_code == 200
    else:
        assert api(host, "POST", f"{path}/reject", {}).status_code == 200
        assert api(host, "POST", f"{path}/cancel", {"reason": "no time suits us"}).status_code == 200
    api.work()


def share_taken(events: list[SchedulingEvent], first: int, last: int) -> float:
    """Give the share of sessions in which something was taken, of so many sessions a person."""
    counts: dict[str, int] = dict.fromkeys(HABITS, 0)
    taken: list[bool] = []
    for event in events:
        people: list[Any] = [event.host_user_id, *event.shown[0]["inviteeIds"]]
        for person in people:
            counts[person] += 1
            if first <= counts[person] <= last:
                taken.append(event.selected_slot is not None)
    return sum(taken) / len(taken)


@pytest.mark.long
@pytest.mark.upload
@pytest.mark.simulate
def test_acceptance_54_what_is_proposed_is_taken_more_often_once_people_have_answered(api: Asked) -> None:
    rng = Random(54)
    for pair in islice(cycle(combinations(HABITS, 2)), EACH * len(HABITS) // 2):
        answered(api, pair, rng)
        api.world.pass_time(HALF_A_DAY)
    with api.services.store.reading() as tx:
        events = sorted(tx.repositories.analytics.newest(1000), key=lambda one: one.created_at)
    assert len(events) == EACH * len(HABITS) // 2
    before, after = share_taken(events, 1, 20), share_taken(events, 21, EACH)
    print(f"taken: {before:.2f} of sessions 1 to 20 of a person, {after:.2f} of 21 to {EACH}")
    assert after > before + 0.1
