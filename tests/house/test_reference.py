"""docs/reference/ says what the code says, and the manual page is one."""

import pytest

from daemon.cli import app
from tests.house.manual import man_page, manuals
from tests.house.reference import FOLDER, PAGES

pytestmark = pytest.mark.packaging


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_what_the_code_says(name: str) -> None:
    assert (FOLDER / name).read_text() == PAGES[name](), "write it anew: python -m tests.house.reference"


def test_every_command_and_option_says_what_it_is() -> None:
    silent = [
        f"{one.words} {name}"
        for one in manuals(app())
        for name, about in one.parameters
        if name.startswith("-") and not about
    ]
    assert silent == []


def test_the_manual_page_has_every_command_and_no_line_that_roff_would_take_for_its_own() -> None:
    page = man_page(app(), "1")
    for one in manuals(app()):
        assert f".SS {one.words}".replace("-", "\\-") in page
    requests = {line.split()[0] for line in page.splitlines() if line.startswith((".", "'"))}
    assert requests == {".TH", ".SH", ".SS", ".B", ".PP", ".TP"}
