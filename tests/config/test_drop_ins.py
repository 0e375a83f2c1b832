"""One broken drop-in disables what it defines, says so, and stops nothing else."""

from pathlib import Path

import pytest

from config.configuration import Kinds
from config.loader import load
from engine.errors import ConfigurationError
from tests.config.test_loader import ALICE, FILES, loaded, problems

BOB = '[users.bob]\ntimezone = "Europe/Berlin"\n'
BOBS = '[connectors.bobs]\nkind = "folder"\nuser = "bob"\npath = "bob"\n'


@pytest.mark.parametrize(
    "fault",
    [
        "tz = 'Mars'\n",
        "tz = Mars\n",
        "colour = 'red'\n",
        "tz = 'UTC'\ntz = 'UTC'\n",
        "user = 'nobody'\n",
    ],
)
def test_a_broken_drop_in_disables_its_connectors_and_nothing_else(tmp_path: Path, fault: str) -> None:
    text = BOBS.replace('user = "bob"\n', "") + fault
    text = text if "user" in fault else text + 'user = "bob"\n'
    configuration = loaded(tmp_path, ALICE + BOB + FILES, bob=text)
    assert set(configuration.settings.connectors) == {"files"}
    (disabled,) = configuration.disabled
    assert (disabled.name, disabled.kind) == ("bobs", "folder")
    assert "conf.d/bob.toml:" in disabled.reason
    assert len(configuration.problems) == 1


def test_a_disabled_connector_still_tells_whose_time_is_unknown(tmp_path: Path) -> None:
    for fault in ("tz = 'Mars'\n", "tz = Mars\n"):
        folder = tmp_path / str(len(fault))
        folder.mkdir()
        configuration = loaded(folder, ALICE + BOB, bob=BOBS + fault)
        assert [one.user_id for one in configuration.disabled] == ["bob"]


def test_a_connector_of_the_main_file_falls_with_a_broken_drop_in_that_changes_it(tmp_path: Path) -> None:
    configuration = loaded(tmp_path, ALICE + FILES, more='[connectors.files]\nwrite = ["no list"]\n')
    assert configuration.settings.connectors == {}
    assert [one.name for one in configuration.disabled] == ["files"]


def test_a_drop_in_that_turns_a_connector_into_another_kind_is_blamed_itself(tmp_path: Path) -> None:
    configuration = loaded(tmp_path, ALICE + FILES, more='[connectors.files]\nkind = "server"\n')
    assert [one.name for one in configuration.disabled] == ["files"]


def test_connectors_of_a_user_that_is_lost_are_disabled_wherever_they_stand(tmp_path: Path) -> None:
    configuration = loaded(
        tmp_path, ALICE + FILES + BOBS, users=BOB + "buffer_minutes = -5\n", other='[sync]\nevery = "1m"\n'
    )
    assert set(configuration.settings.connectors) == {"files"}
    assert configuration.settings.sync.every == 60
    (disabled,) = configuration.disabled
    assert disabled.name == "bobs"
    assert "its user bob is defined in a drop-in that is left out" in disabled.reason


def test_a_user_whom_another_file_defines_too_stays(tmp_path: Path) -> None:
    configuration = loaded(tmp_path, BOB + BOBS, more="[users.bob]\nbuffer_minutes = -5\n")
    assert configuration.settings.users["bob"].buffer_minutes == 0
    assert set(configuration.settings.connectors) == {"bobs"}
    assert configuration.disabled == ()
    assert [problem.key for problem in configuration.problems] == ["users.bob.buffer_minutes"]


def test_the_later_of_two_drop_ins_that_clash_is_left_out(tmp_path: Path) -> None:
    configuration = loaded(tmp_path, ALICE, a=FILES, b=FILES.replace("files", "more"))
    assert set(configuration.settings.connectors) == {"files"}
    assert [one.name for one in configuration.disabled] == ["more"]


def test_a_broken_section_of_a_drop_in_leaves_the_main_files_value(tmp_path: Path) -> None:
    configuration = loaded(tmp_path, '[sync]\nevery = "7m"\n', bad='[sync]\nevery = "often"\n')
    assert configuration.settings.sync.every == 420
    assert [problem.key for problem in configuration.problems] == ["sync.every"]


def test_a_fault_of_the_main_file_is_told_once_though_a_drop_in_has_a_word_there_too(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, '[sync]\nevery = "often"\n', fine='[sync]\nhorizon = "30d"\n')
    assert Path(found.file).name == "gatherly.toml"


def test_the_environment_cannot_bring_a_disabled_connector_back(tmp_path: Path) -> None:
    env = {"GATHERLY_CONNECTORS__BOBS__TZ": "UTC"}
    configuration = loaded(tmp_path, BOB, env, bob=BOBS + "colour = 1\n")
    assert configuration.settings.connectors == {}
    assert [one.name for one in configuration.disabled] == ["bobs"]


def test_a_connector_whose_user_is_no_name_is_told_beside_a_broken_drop_in(tmp_path: Path) -> None:
    told = problems(
        tmp_path, '[connectors.odd]\nkind = "folder"\npath = "."\nuser = ["a"]\n', users=BOB + "x = 1\n"
    )
    assert "connectors.odd.user" in {found.key for found in told}


def test_a_drop_in_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "bad.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "gatherly.toml").write_text(ALICE)
    configuration = load(tmp_path / "gatherly.toml", kinds=Kinds({}), env={})
    assert [problem.wrong for problem in configuration.problems] == ["is not UTF-8 text"]
    assert set(configuration.settings.users) == {"alice@example.com"}


def test_other_files_of_the_folder_are_not_read(tmp_path: Path) -> None:
    configuration = loaded(tmp_path, ALICE, fine="")
    (tmp_path / "conf.d" / "notes.txt").write_text("[[[")
    (tmp_path / "conf.d" / "off.toml.disabled").write_text("[[[")
    assert configuration.problems == ()


def test_a_fault_outside_the_drop_ins_stops_the_start_whatever_they_say(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        loaded(tmp_path, "[sync]\nevery = 1\n", one='[sync]\nhorizon = "1d"\n')
