"""Who takes part in an event is mailed what others do to it, by a real SMTP server, as they have chosen."""

from pathlib import Path

from engine.ids import UserId
from engine.time.instant import parse_instant
from engine.time.span import HOUR
from tests.daemon.family.home import SETTINGS, add, desks
from tests.worlds.folder_world import Somebody
from tests.worlds.notice_world import noticing, text_of

PEOPLE = (
    Somebody(name="alice"),
    Somebody(name="bob", zone="Europe/Berlin"),
    Somebody(name="carol", extra="notify = []"),
    Somebody(name="daily", extra='digest = "hourly"'),
)
ICS = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n"
EVENT = (
    "BEGIN:VEVENT\r\nUID:{0}\r\nDTSTART:20261122T{0}0000Z\r\nDURATION:PT1H\r\nSUMMARY:Row\r\nEND:VEVENT\r\n"
)


def test_who_takes_part_is_mailed_what_others_do(tmp_path: Path) -> None:
    with (
        noticing(tmp_path, *PEOPLE, settings=SETTINGS) as world,
        world.standing(),
        world.services() as services,
    ):
        everybody = ("alice", "bob", "carol", "daily")
        soccer = add(
            services, "Soccer", "2026-11-20T14:00:00Z", "2026-11-20T15:00:00Z", who=everybody, confirm=False
        ).id
        world.run_once()
        desks(services).events.confirm(soccer)
        desks(services).events.move(soccer, parse_instant("2026-11-21T14:00:00Z"))
        desks(services, "bob").events.cancel(soccer)
        raw = ICS.format("".join(EVENT.format(hour) for hour in (10, 12, 14))).encode()
        assert desks(services, "bob").files.bring_in(raw, "family") == 3
        for _ in range(2):
            world.run_once()
            world.clock.at += HOUR
        subjects = [str(one["Subject"]) for one in world.letters("bob", "event_changed")]
        assert subjects == ["Soccer: added", "Soccer: confirmed", "Soccer: moved"]
        assert [str(one["Subject"]) for one in world.letters("alice")] == ["Soccer: called off"]
        assert "Soccer was called off by bob." in text_of(world.letters("alice")[0])
        assert world.letters("carol") == []
        assert {str(one["X-Gatherly-Kind"]) for one in world.letters("daily")} == {"digest"}
        with services.store.reading() as tx:
            kept = {
                name: [one.title for one in tx.repositories.notifications.of_user(UserId(name))]
                for name in ("carol", "daily")
            }
        assert sorted(kept["carol"]) == sorted(kept["daily"]) == sorted([*subjects, "Soccer: called off"])
