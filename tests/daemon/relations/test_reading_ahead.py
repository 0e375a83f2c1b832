"""While some events are written the next are read: nothing is lost or doubled, whatever changes meanwhile."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from daemon.relations import deriving
from daemon.relations.deciding import Decided, Deciding
from engine.ids import ConnectorName, UserId
from engine.model.relations import MeetingSource
from engine.time.span import Instant
from tests.daemon.http.asking import Asked
from tests.daemon.relations.acquainted import known, meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted(Deciding):
    """Something happens between what is read and what is written of it."""

    meanwhile: Callable[[], None]

    def decide(self, user: UserId, sources: Sequence[MeetingSource], now: Instant) -> Mapping[str, Decided]:
        told = Deciding.decide(self, user, sources, now)
        self.meanwhile()
        return told


def read(api: Asked, guest: str, *days: int) -> None:
    """Put meetings with somebody into Alice's folder, and read it."""
    for each in days:
        meeting(api.world, "alice", f"turn-{each}", each, "Turn", f"{guest}@x.example")
    api.services.pull.run(api.services.sources[ConnectorName("alice-folder")])


def test_a_change_in_the_second_in_which_an_event_is_derived_is_not_lost(own: Asked) -> None:
    once = own.services.relating.deriving
    assert once is not None
    read(own, "gert", 2, 3)
    inner = once.deciding
    meddled = Interrupted(
        store=inner.store, reader=inner.reader, own=inner.own, meanwhile=lambda: read(own, "ida", 2, 3)
    )
    assert replace(once, deciding=meddled).run() == 2
    while own.services.relating.run():
        pass
    assert "ida" in known(own)
    assert "gert" not in known(own)


def test_what_is_read_ahead_in_parts_tells_the_same_as_all_at_once(
    own: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deriving, "AT_ONCE", 3)
    days = range(50, 62)
    read(own, "hana", *days)
    assert own.services.relating.run() == len(days)
    while own.services.relating.run():
        pass
    met = own("alice", "GET", "/v1/interactions?limit=100").json()["items"]
    assert [one["subject"] for one in met if one["contactId"] == known(own)["hana"]["id"]] == ["Turn"] * len(
        days
    )
