"""What is written in the blocks of one's week: titles that fit however many stand side by side."""

from datetime import date
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.pages.week_svg import LETTERS, Column, Entry, week_svg
from engine.time.local_time import MINUTES_A_DAY

DAY = date(2026, 11, 16)
TITLES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)


def drawn(*entries: Entry) -> Element:
    column = Column(DAY, is_today=False, entries=entries, open=[(0, MINUTES_A_DAY)], gaps=[])
    return week_svg([column], (8 * 60, 18 * 60), "My week")


def entry(title: str, start: int = 11 * 60, long: int = 60, begins: str = "11:00") -> Entry:
    return Entry(start, start + long, "offered", title, begins, f"{title}, proposed", "/sessions/1")


def lines(picture: Element) -> list[list[str]]:
    blocks = [one for one in picture.iter("a") if "block" in str(one.get("class"))]
    return [[str(text.text) for text in one.iter("text")] for one in blocks]


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        (1, ["Roadmap", "review", "11:00"]),
        (2, ["Road…", "11:00"]),
        (3, ["Ro…"]),
        (4, []),
        (9, []),
    ],
)
def test_a_title_is_cut_where_it_says_so(beside: int, expected: list[str]) -> None:
    assert lines(drawn(*[entry("Roadmap review")] * beside)) == [expected] * beside


@pytest.mark.parametrize(
    ("long", "begins", "expected"),
    [
        (30, "11:00", ["Roadmap…"]),
        (45, "11:00", ["Roadmap", "review"]),
        (60, "11:00 am", ["Roadmap", "review", "11:00 am"]),
        (10, "11:00", ["Roadmap…"]),
    ],
)
def test_a_title_has_the_room_of_its_time(long: int, begins: str, expected: list[str]) -> None:
    assert lines(drawn(entry("Roadmap review", long=long, begins=begins))) == [expected]


@given(titles=st.lists(TITLES, min_size=1, max_size=4), long=st.integers(5, 300))
def test_no_line_is_longer_than_its_block(titles: list[str], long: int) -> None:
    found = lines(drawn(*(entry(one, long=long) for one in titles)))
    most = LETTERS.get(len(titles), 0)
    assert all(len(line) <= most for block in found for line in block)


def test_the_whole_title_is_told_to_who_points_at_it() -> None:
    told = [str(one.text) for one in drawn(entry("Roadmap review"), entry("Other")).iter("title")]
    assert told == ["Roadmap review, proposed", "Other, proposed"]
