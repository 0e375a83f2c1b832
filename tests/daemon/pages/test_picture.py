"""A picture of an answer stands alone, and says no more than its reader may know."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from daemon.commands.sessions import find, session
from daemon.pages.grid_svg import HEAD, HOUR_HEIGHT, initials, tone
from daemon.pages.style import tokens
from daemon.runtime.clock import SystemClock
from daemon.terminal.times import Reader
from engine.errors import InputError
from engine.time.instant import format_instant
from tests.worlds.command_line import printed
from tests.worlds.folder_world import FolderWorld, Somebody

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><image href=x onerror=alert(1)>',
    "a\x00b\x1b[31mc",
    "]]></style><script/>",
    "\u202eevil\u2028line",
    "&lt;b&gt; & co",
    "🙂" * 50,
    "",
)
REQUEST: dict[str, Any] = {
    "now": "2026-11-16T08:00:00Z",
    "window": {"start": "2026-11-16T08:00:00Z", "end": "2026-11-20T18:00:00Z"},
    "session": {"title": "Sync", "hostUserId": "ada", "inviteeIds": ["bo"], "duration": 60},
    "users": [
        {
            "id": "ada",
            "name": "Ada",
            "defaultPreferences": {"workingHours": {"start": "09:00", "end": "17:00"}},
        },
        {"id": "bo", "name": "Bo", "timezone": "Europe/Berlin"},
    ],
    "busy": {"ada": [], "bo": [["2026-11-16T08:00:00Z", "2026-11-16T10:00:00Z", "Dentist"]]},
}


def picture(tmp_path: Path, request: dict[str, Any]) -> tuple[ElementTree.Element, str]:
    file = tmp_path / "week.svg"
    code, _ = printed(lambda: find.run(None, svg=file), json.dumps(request).encode())
    assert code == 0
    text = file.read_text(encoding="utf-8")
    return ElementTree.fromstring(text), text  # noqa: S314 # we have written it


def test_offered_times_stand_where_the_hours_stand(tmp_path: Path) -> None:
    drawing, _ = picture(tmp_path, REQUEST)
    hours = {
        text.text: float(text.get("y", ""))
        for text in drawing.iter(f"{SVG}text")
        if text.get("class") == "hour"
    }
    answer = json.loads(printed(lambda: find.run(None, as_json=True), json.dumps(REQUEST).encode())[1])
    starts = [slot["start"][11:16] for slot in answer["proposedTimes"]]
    cards = [place for place in drawing.iter(f"{SVG}g") if (place.get("class") or "").startswith("slot")]
    assert len(cards) == len(starts) == 3
    for card in cards:
        box = card.find(f"{SVG}svg")
        assert box is not None
        clock = next(text.text for text in card.iter(f"{SVG}text") if text.get("class") == "clock")
        assert clock in starts
        assert float(box.get("y", "")) - 1 == hours[clock]
    assert hours["10:00"] - hours["09:00"] == HOUR_HEIGHT
    assert min(hours.values()) == HEAD


def test_busy_times_are_told_without_titles(tmp_path: Path) -> None:
    drawing, text = picture(tmp_path, REQUEST)
    told = [title.text for title in drawing.iter(f"{SVG}title")]
    assert "Bo is busy Mon 16 Nov 08:00–10:00" in told
    assert "Dentist" not in text


def test_a_picture_needs_no_style_sheet_and_nothing_from_elsewhere(tmp_path: Path) -> None:
    _, text = picture(tmp_path, REQUEST)
    assert "var(" not in text
    assert "light-dark" not in text
    assert " style=" not in text
    assert re.findall(r'(?:href|src)="?[^#]', text) == []
    for dark in (False, True):
        assert tokens(dark=dark)["accent"] in text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_names_and_titles_are_text_and_nothing_else(tmp_path: Path, hostile: str) -> None:
    users = [{**REQUEST["users"][0], "name": hostile or "x"}, {**REQUEST["users"][1], "name": f"B {hostile}"}]
    drawing, _ = picture(
        tmp_path, {**REQUEST, "users": users, "session": {**REQUEST["session"], "title": hostile}}
    )
    kinds = {place.tag.removeprefix(SVG) for place in drawing.iter()}
    assert kinds <= {
        *("svg", "title", "style", "rect", "text", "tspan", "g", "defs", "pattern", "path", "circle", "line")
    }
    assert not any(key.startswith("on") for place in drawing.iter() for key in place.attrib)


def test_where_nothing_is_found_the_week_is_drawn_all_the_same(tmp_path: Path) -> None:
    full = [["2026-11-16T00:00:00Z", "2026-11-24T00:00:00Z"]]
    drawing, text = picture(tmp_path, {**REQUEST, "busy": {"ada": full, "bo": []}})
    assert "nothing is offered" in text
    assert any("Ada is busy" in str(title.text) for title in drawing.iter(f"{SVG}title"))


def test_a_picture_and_many_answers_do_not_go_together(tmp_path: Path) -> None:
    code, out = printed(
        lambda: find.run(None, as_json=True, svg=tmp_path / "a.svg"), json.dumps(REQUEST).encode()
    )
    assert (code, len(json.loads(out)["proposedTimes"])) == (0, 3)
    with pytest.raises(Exception, match="--svg draws one answer"):
        find.run(None, jsonl=True, svg=tmp_path / "b.svg")
    assert not (tmp_path / "b.svg").exists()


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        printed(lambda: find.run(None, svg=tmp_path / "no" / "a.svg"), json.dumps(REQUEST).encode())


def test_a_session_is_drawn_by_its_readers_clock(tmp_path: Path) -> None:
    people = (Somebody(name="alice", hours=("09:00", "17:00")), Somebody(name="bob", zone="Asia/Kolkata"))
    world = FolderWorld(tmp_path, people, format_instant(SystemClock().now()))
    with world.standing():
        session_id = world.create("alice", "bob", notice="2h")
        world.run_once()
    file = tmp_path / "session.svg"
    code, _ = printed(lambda: session.show(session_id, world.file, reader="bob", svg=file))
    assert code == 0
    drawing = ElementTree.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 # we have written it
    cards = [place for place in drawing.iter(f"{SVG}g") if (place.get("class") or "").startswith("slot")]
    assert len(cards) == 3
    assert all(text.text and text.text.endswith(("00", "30")) for card in cards for text in clocks(card))
    legend = [text.text for text in drawing.findall(f"{SVG}text") if ", " in str(text.text)]
    assert legend[-2:] == ["bob, Kolkata", "alice, UTC"]


def clocks(card: ElementTree.Element) -> list[ElementTree.Element]:
    return [text for text in card.iter(f"{SVG}text") if text.get("class") == "clock"]


def test_a_seventh_person_begins_again_at_the_second_tone() -> None:
    assert [tone(place) for place in range(9)] == [1, 2, 3, 4, 5, 6, 2, 3, 4]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Alice Marlow", "AM"),
        ("bob", "B"),
        ("Ann Mary Lee", "AL"),
        ("", "?"),
        ("  é  ö ", "ÉÖ"),
        ("<b>", "<"),
    ],
)
def test_people_are_known_by_their_initials(name: str, short: str) -> None:
    assert initials(name) == short


@pytest.mark.parametrize(
    ("hour", "told"), [(0, "12:05 am"), (9, "9:05 am"), (12, "12:05 pm"), (13, "1:05 pm"), (23, "11:05 pm")]
)
def test_a_clock_of_twelve_hours_names_the_half_of_the_day(hour: int, told: str) -> None:
    assert Reader("UTC", 0, twelve_hour=True).clock(hour * 3600 + 300) == told
