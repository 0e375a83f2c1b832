"""An owner changes copies in their own folder, as a phone does: taken back as `[booking] on_moved` says."""

from pathlib import Path

import pytest

from daemon.services import Services
from engine.ids import UserId
from engine.model.event import EventStatus
from engine.time.instant import parse_instant
from engine.time.span import HOUR, Span
from tests.daemon.family.home import SETTINGS, add, at_home, desks
from tests.worlds.folder_world import FolderWorld

TITLES = ("Renamed", "Moved", "Both", "Deleted", "Touched", "Choir", "Band")
OVERRIDE = """BEGIN:VEVENT\r
UID:{uid}\r
RECURRENCE-ID:202601{day}T140000Z\r
DTSTART:202601{on}T{at}0000Z\r
DURATION:PT1H\r
DTSTAMP:20260108T100000Z\r
SUMMARY:{title}\r
END:VEVENT\r
"""
"""How a phone keeps one instance of a series that was changed alone."""
NEWS = {
    "Renamed": "renamed",
    "Moved": "moved",
    "Both": "moved and renamed",
    "Deleted": "deleted",
    "Choir": "moved",
}


def file_of(world: FolderWorld, title: str) -> Path:
    (found,) = [one for one in world.folder("alice").glob("*.ics") if f"SUMMARY:{title}" in one.read_text()]
    return found


def edit_instances(text: str) -> str:
    """Move the second, rename the third, delete the fourth and the fifth, each in a way of its own."""
    lines = text.replace("\n ", "").splitlines()
    uid = next(line for line in lines if line.startswith("UID:")).removeprefix("UID:")
    moved = OVERRIDE.format(uid=uid, day="18", on="19", at="09", title="Band")
    renamed = OVERRIDE.format(uid=uid, day="25", on="25", at="14", title="Concert")
    gone = OVERRIDE.format(uid=uid, day="26", on="26", at="14", title="Band")
    gone = gone.replace("SUMMARY", "STATUS:CANCELLED\r\nSUMMARY")
    text = text.replace("RRULE:", "EXDATE:20260112T140000Z\r\nRRULE:", 1)
    return text.replace("BEGIN:VEVENT", f"{gone}{moved}BEGIN:VEVENT", 1).replace(
        "END:VCALENDAR", f"{renamed}END:VCALENDAR"
    )


def edit_all(world: FolderWorld) -> None:
    """Do to each copy what its title says, as another program would write it."""
    for title in TITLES:
        file = file_of(world, title)
        text = file.read_text()
        if title in ("Renamed", "Both"):
            text = text.replace(f"SUMMARY:{title}", "SUMMARY:Football")
        if title in ("Moved", "Both", "Choir"):
            text = text.replace("20260111T", "20260112T")
        if title == "Band":
            text = edit_instances(text)
        if title == "Touched":
            text = text.replace("BEGIN:VEVENT", "BEGIN:VEVENT\r\nCOMMENT:seen on a phone")
        if title == "Deleted":
            file.unlink()
        else:
            file.write_text(text, newline="")


def told(services: Services, user: str) -> list[str]:
    with services.store.reading() as tx:
        return [f"{one.title} | {one.message}" for one in tx.repositories.notifications.of_user(UserId(user))]


RULES = {"Choir": "FREQ=WEEKLY;COUNT=4", "Band": "FREQ=WEEKLY;BYDAY=SU,MO;COUNT=6"}
"""The band plays on the 11th, 12th, 18th, 19th, 25th and 26th."""
BAND = {
    "flag": ["11T14 Band", "12T14 Band", "18T14 Band", "19T14 Band", "25T14 Band", "26T14 Band"],
    "follow": ["11T14 Band", "19T09 Band", "19T14 Band", "25T14 Concert"],
    "reopen": [
        "11T14 Band",
        "12T14 Band ?",
        "19T09 Band ?",
        "19T14 Band",
        "25T14 Concert",
        "26T14 Band ?",
    ],
}
OF_BAND = ("deleted Band of 2026-01-12", "moved Band of 2026-01-18", "renamed Band of 2026-01-25")
OTHERS = [pytest.param(one, marks=[pytest.mark.long, pytest.mark.upload]) for one in ("flag", "reopen")]


def band(services: Services) -> list[str]:
    window = Span(parse_instant("2026-01-10T00:00:00Z"), parse_instant("2026-02-10T00:00:00Z"))
    return [
        f"{one['startTime'][8:13]} {one['title']}" + (" ?" if one["status"] == "proposed" else "")
        for one in desks(services).events.listed(window)
        if one["title"] in ("Band", "Concert")
    ]


@pytest.mark.parametrize("policy", ["follow", *OTHERS])
def test_what_an_owner_does_to_copies_is_taken_back_and_told(policy: str, tmp_path: Path) -> None:
    settings = f'{SETTINGS}[booking]\non_moved = "{policy}"\n'
    world = at_home(tmp_path, settings=settings)
    with world.standing(), world.services() as services:
        ids = {}
        for number, title in enumerate(TITLES):
            rule = RULES.get(title)
            start, end = (f"2026-01-11T{8 + number + more:02}:00:00Z" for more in (0, 1))
            ids[title] = add(services, title, start, end, who=["bob", "carol"], rule=rule).id
        world.run_once()
        world.clock.at += HOUR
        world.run_once()
        edit_all(world)
        for _ in range(3):
            world.clock.at += HOUR
            world.run_once()
        assert band(services) == BAND[policy]
        shown = {title: desks(services).events.show(name) for title, name in ids.items()}
        news = told(services, "carol")

        def starts(title: str) -> str:
            return str(shown[title]["startTime"])[:10]

        assert shown["Touched"]["status"] == EventStatus.CONFIRMED.value
        assert sum("Touched" in one for one in news) == 1
        for title in NEWS:
            status, about = (
                shown[title]["status"],
                [one for one in news if one.startswith((title, "Football"))],
            )
            moves = "moved" in NEWS[title]
            assert starts(title) == ("2026-01-12" if moves and policy != "flag" else "2026-01-11"), title
            if policy == "flag":
                assert [sum(each in one for one in news) for each in OF_BAND] == [1, 1, 1]
                assert status == "confirmed"
                assert f"Alice {NEWS[title]} their copy of {title}; the event stands as it was" in about[0]
                assert len([one for one in news if one.startswith(f"{title}: its copy")]) == 1
            elif policy == "follow":
                assert status == ("cancelled" if title == "Deleted" else "confirmed")
                assert len(about) > 1
            else:
                assert status == ("proposed" if title != "Renamed" else "confirmed")
        renamed = "Football" if policy != "flag" else "Renamed"
        assert shown["Renamed"]["title"] == renamed
        left = {one.name for one in world.folder("alice").glob("*.ics")}
        if policy == "flag":
            assert "Deleted" not in "".join((world.folder("alice") / one).read_text() for one in left)
            assert "20260112T" in file_of(world, "Moved").read_text()
        if policy == "follow":
            assert "20260112T" in file_of(world, "Moved").read_text()
            assert len(left) == len(TITLES) - 1 + 2
        if policy == "reopen":
            assert len(left) == 2 + 2
            assert "RECURRENCE-ID" not in file_of(world, "Band").read_text()
