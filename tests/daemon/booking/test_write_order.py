"""Copies are written to the least reliable calendar first and to the host's last."""

from itertools import permutations
from pathlib import Path

import pytest

from daemon.booking.configured import targets_of
from daemon.store_access import load_configuration
from engine.booking.target import planned, write_order
from engine.ids import InstallId, SessionId, UserId
from engine.model.session import EventSession
from tests.worlds.book_world import NOON, identifier

KINDS = {
    "folder": 'kind = "folder"\npath = "{user}"\nwrite = "."',
    "caldav": 'kind = "caldav"\nurl = "https://dav.example.com"\nusername = "u"\n'
    'password_file = "p"\nread = ["Home"]\nwrite = "Home"',
    "google": 'kind = "google"\nread = ["primary"]\nwrite = "primary"\nclient_secret_file = "c.json"',
}


def order(folder: Path, kinds: dict[str, str], host: str) -> list[str]:
    tables = [
        f'[users."{user}"]\nemail = "{user}@example.com"\n\n[connectors.{user}-one]\nuser = "{user}"\n'
        + KINDS[kind].format(user=user)
        for user, kind in kinds.items()
    ]
    file = folder / "gatherly.toml"
    file.write_text("\n\n".join(tables))
    targets = targets_of(load_configuration(file))
    others = tuple(UserId(user) for user in kinds if user != host)
    session = EventSession(
        id=SessionId("s"),
        host_user_id=UserId(host),
        invitee_ids=others,
        title="",
        duration=60,
        created_at=NOON,
        expires_at=NOON + 1,
    )
    effects = planned(session, 1, targets, identifier, InstallId("i"))
    return [str(each.attendee) for each in write_order(effects, targets, UserId(host))]


@pytest.mark.parametrize("kinds", list(permutations(KINDS)))
def test_the_least_reliable_calendar_is_written_first(tmp_path: Path, kinds: tuple[str, ...]) -> None:
    people = dict(zip(("ann", "bob", "cy"), kinds, strict=True)) | {"dan": "folder"}
    by_kind = {kind: user for user, kind in people.items() if user != "dan"}
    expected = [by_kind["caldav"], by_kind["google"], by_kind["folder"], "dan"]
    assert order(tmp_path, people, "dan") == expected


@pytest.mark.parametrize("kind", KINDS)
def test_the_host_comes_last_however_unreliable(tmp_path: Path, kind: str) -> None:
    assert order(tmp_path, {"ann": kind, "bob": "google", "cy": "folder"}, "ann")[-1] == "ann"
