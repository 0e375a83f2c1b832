"""An owner changes copies in their own folder, as a phone does: taken back as `[booking] on_moved` says."""

from pathlib import Path

import pytest

from daemon.services import Services
from engine.ids import UserId
from engine.model.event import EventStatus
from engine.time.span import HOUR
from tests.daemon.family.home import SETTINGS, add, at_home, desks
from tests.worlds.folder_world import FolderWorld

TITLES = ("Renamed", "Moved", "Both", "Deleted", "Touched", "Choir")
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


def edit_all(world: FolderWorld) -> None:
    """Do to each copy what its title says, as another program would write it."""
    for title in TITLES:
        file = file_of(world, title)
        text = file.read_text()
        if title in ("Renamed", "Both"):
            text = text.replace(f"SUMMARY:{title}", "SUMMARY:Football")
        if title in ("Moved", "Both", "Choir"):
            text = text.replace("20260111T", "20260112T")
        if title == "Touched":
            text = text.replace("BEGIN:VEVENT", "BEGIN:VEVENT\r\nCOMMENT:seen on a phone")
        if title == "Deleted":
            file.unlink()
        else:
            file.write_text(text, newline="")


def told(services: Services, user: str) -> list[str]:
    with services.store.reading() as tx:
        return [f"{one.title} | {one.message}" for one in tx.repositories.notifications.of_user(UserId(user))]


OTHERS = [pytest.param(one, marks=[pytest.mark.long, pytest.mark.upload]) for one in ("flag", "reopen")]


@pytest.mark.parametrize("policy", ["follow", *OTHERS])
def test_what_an_owner_does_to_copies_is_taken_back_and_told(policy: str, tmp_path: Path) -> None:
    settings = f'{SETTINGS}[booking]\non_moved = "{policy}"\n'
    world = at_home(tmp_path, settings=settings)
    with world.standing(), world.services() as services:
        ids = {}
        for number, title in enumerate(TITLES):
            rule = "FREQ=WEEKLY;COUNT=4" if title == "Choir" else None
            start, end = (f"2026-01-11T{8 + number + more:02}:00:00Z" for more in (0, 1))
            ids[title] = add(services, title, start, end, who=["bob", "carol"], rule=rule).id
        world.run_once()
        world.clock.at += HOUR
        world.run_once()
        edit_all(world)
        for _ in range(3):
            world.clock.at += HOUR
            world.run_once()
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
                assert status == "confirmed"
                assert f"alice {NEWS[title]} their copy of {title}; the event stands as it was" in about[0]
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
            assert len(left) == len(TITLES) - 1
        if policy == "reopen":
            assert len(left) == 2
