"""What the pages say of the house is so: each path that they name leads somewhere, each room has its row."""

import re
from pathlib import Path

import pytest

from tests.house.product import ROOT

pytestmark = pytest.mark.packaging

PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
NAMED = re.compile(r"(?<![\w/.~-])(?:engine|daemon|connectors|store|config|tests|systemd)/[\w/.-]*[\w/]")
ROOMS = ("engine", "connectors", "store", "config", "daemon")


def paths(page: Path) -> set[str]:
    """Give the paths of ours that a page names."""
    return set(NAMED.findall(page.read_text()))


def named_rooms(table: str) -> set[str]:
    """Give the folders that a table names, `a/{b,c}/` as `a/b` and `a/c`."""
    found = set()
    for start, inner, rest in re.findall(r"`([\w/]+)(?:\{([\w,]+)\})?(/?)`", table):
        found |= {f"{start}{one}{rest}".rstrip("/") for one in inner.split(",")}
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_of_a_page_leads_somewhere(page: Path) -> None:
    assert [one for one in sorted(paths(page)) if not (ROOT / one).exists()] == []


def test_a_path_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("`engine/sessions/nowhere.py`, [a](../engine/find/), `connectors/ical/{feed,folder}/`")
    assert paths(page) == {"engine/sessions/nowhere.py", "connectors/ical/"}


def test_every_room_has_its_row() -> None:
    rooms = {str(one.parent.relative_to(ROOT)) for top in ROOMS for one in (ROOT / top).glob("*/__init__.py")}
    table = (ROOT / "docs" / "architecture.md").read_text().partition("| folder | holds |")[2]
    known = named_rooms(table.partition("\n\n")[0])
    assert {
        one for one in rooms if not any(name == one or name.startswith(f"{one}/") for name in known)
    } == set()
