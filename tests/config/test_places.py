"""Where a configuration is looked for: what is named comes first, then the nearest."""

from pathlib import Path

import pytest

from config.places import NAME, NoConfigurationError, find_configuration


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for place in ("here", "home/.config/gatherly", "xdg/gatherly"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / NAME).touch()
    return tmp_path / "home"


def test_what_the_variable_names_comes_first_even_where_nothing_is(home: Path) -> None:
    named = {"GATHERLY_CONFIG": "/nowhere/at.toml"}
    assert find_configuration(named, home.parent / "here", home) == Path("/nowhere/at.toml")


def test_the_folder_one_is_in_comes_before_ones_own(home: Path) -> None:
    here = home.parent / "here"
    assert find_configuration({}, here, home) == here / NAME
    assert find_configuration({"GATHERLY_CONFIG": ""}, here, home) == here / NAME


def test_ones_own_place_is_where_xdg_says(home: Path) -> None:
    xdg = home.parent / "xdg"
    assert find_configuration({"XDG_CONFIG_HOME": str(xdg)}, home, home) == xdg / "gatherly" / NAME
    own = home / ".config" / "gatherly" / NAME
    assert find_configuration({}, home, home) == own
    assert find_configuration({"XDG_CONFIG_HOME": "relative"}, home, home) == own


def test_a_link_that_leads_nowhere_is_not_passed_over(home: Path) -> None:
    (home / NAME).symlink_to("gone.toml")
    assert find_configuration({}, home, home) == home / NAME


def test_where_nothing_is_the_places_and_the_ways_out_are_named(tmp_path: Path) -> None:
    with pytest.raises(NoConfigurationError) as raised:
        find_configuration({}, tmp_path, tmp_path)
    told = str(raised.value)
    for word in (
        "$GATHERLY_CONFIG",
        "./gatherly.toml",
        "~/.config/gatherly/",
        "/etc/gatherly/",
        "init",
        "-c",
    ):
        assert word in told
