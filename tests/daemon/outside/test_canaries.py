"""What a stranger sees is what is offered: however often they ask, and whatever they hold."""

import random
from contextlib import suppress
from pathlib import Path

import pytest

from daemon.app.outsiders.visits import Taking, VisitDesk
from engine.model.invitation import HELD_FOR
from engine.sessions.invitations import TakenError
from engine.time.instant import parse_instant
from engine.time.span import MINUTE, Span
from tests.daemon.outside.outsiders import CANARY, Outsiders, outside
from tests.worlds.notice_world import html_of, text_of

SECRETS = (CANARY, "Kestrel", "bob", "Bob", "dave", "Dave", "Berlin", "root", "example.org")
BUSY = (
    ("2026-11-18T17:15:00Z", "2026-11-18T18:05:00Z"),
    ("2026-11-18T21:10:00Z", "2026-11-18T21:25:00Z"),
    ("2026-11-19T00:45:00Z", "2026-11-19T02:00:00Z"),
)
"""Alice's, on a Wednesday in Los Angeles: gaps that no clock divides evenly."""
ZONES = ("UTC", "Asia/Tokyo", "America/Sao_Paulo", "Etc/GMT+5", "Nowhere/At_All", "")


def laid(at: Outsiders, duration: str) -> str:
    """Fill Alice's Wednesday, and ask Bob to meet her then; gives a link to what is left of it."""
    at.world.busy("alice", *BUSY)
    for path in at.world.folder("alice").glob("*.ics"):
        path.write_text(path.read_text().replace("SUMMARY:Taken", f"SUMMARY:{CANARY}"), newline="")
    at.world.busy("bob", ("2026-11-18T19:00:00Z", "2026-11-18T20:00:00Z"))
    at.world.run_once()
    session = at.ask("bob", title="Kestrel", days="wednesday", between="08:00-20:00")
    at.services.desk.accept(session, 1)
    at.world.run_once()
    link, _ = at.invite(days="wednesday", between="08:00-20:00", within="5d", duration=duration, uses=50)
    return link


@pytest.mark.parametrize(
    ("times", "duration"),
    [
        pytest.param(25, "90m", marks=[pytest.mark.long, pytest.mark.upload]),
        *(pytest.param(1000, each, marks=pytest.mark.long) for each in ("90m", "50m", "30m", "15m")),
    ],
)
def test_asked_over_and_over_a_link_tells_no_more(tmp_path: Path, times: int, duration: str) -> None:
    """Holding one time shows no other, nor does time that passes; nobody's title or name is seen."""
    lots = random.Random(times)
    with outside(tmp_path) as at:
        link = laid(at, duration)
        first, desk = set(at.ticks(link)), VisitDesk(at.services.access)
        minutes = int(duration.removesuffix("m"))
        assert first
        for start in map(parse_instant, first):
            span = Span(start, start + minutes * MINUTE)
            assert not [one for one in BUSY if Span(*map(parse_instant, one)).overlaps(span)]
        for number in range(times):
            page = at.client.get(f"{link}?tz={lots.choice(ZONES)}")
            assert page.status_code == 200
            assert not [
                word
                for word in SECRETS
                if word in page.text.replace("Europe/Berlin", "").replace(">Berlin", "")
            ]
            seen = set(at.ticks(link)) if number % 5 == 0 else set[str]()
            assert seen <= first
            if seen and number % 2 == 0:
                who = f"s{number}"
                taking = Taking(
                    start=parse_instant(lots.choice(sorted(seen))),
                    name=who,
                    address=f"{who}@visitor.test",
                    zone="UTC",
                    client=who,
                )
                with suppress(TakenError):
                    desk.take(link.removeprefix("/i/"), taking)
            if number % 50 == 20:
                at.world.pass_time(HELD_FOR + MINUTE)
                at.world.run_once()
        for to, mail in zip(at.world.room.recipients, at.world.room.messages(), strict=True):
            if to.endswith("@visitor.test"):
                assert not [word for word in SECRETS if word in text_of(mail) + html_of(mail)]
