"""Every configuration, or part of one, that the documents show can be used as it stands."""

import re
from pathlib import Path

import pytest

from config.configuration import Kinds
from config.loader import load
from connectors.registry import INVITING, options_types

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHOWN = [
    pytest.param(text, id=f"{page.relative_to(ROOT)}-{number}")
    for page in PAGES
    for number, text in enumerate(
        re.findall(r"^ *```toml\n(.*?)^ *```", page.read_text(), re.DOTALL | re.MULTILINE)
    )
]


@pytest.mark.parametrize("text", SHOWN)
def test_a_shown_configuration_can_be_used(tmp_path: Path, text: str) -> None:
    file = tmp_path / "gatherly.toml"
    file.write_text(text)
    configuration = load(file, kinds=Kinds(options_types(), INVITING), env={})
    assert configuration.problems == ()
    assert configuration.settings.model_fields_set


def test_the_readme_shows_a_first_configuration_of_ten_lines() -> None:
    shown, *_ = re.findall(r"^```toml\n(.*?)^```", PAGES[0].read_text(), re.DOTALL | re.MULTILINE)
    assert len(shown.splitlines()) <= 10


def test_links_between_the_pages_lead_somewhere() -> None:
    missing = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [*PAGES, ROOT / "CONTRIBUTING.md"]
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert missing == []
