"""Whatever stands in the files, what is wrong is told: no other error, and in time."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import config
from config.configuration import Kinds
from config.loader import load
from connectors.registry import INVITING, options_types
from engine.errors import ConfigurationError, Problem

EXAMPLE = (Path(config.__file__).parent / "gatherly.example.toml").read_text()
LINES = [line for line in EXAMPLE.split("\n") if line and not line.startswith("#")]
VALUES = ["5", "true", "[]", "{}", '["a"]', "{ a = 1 }", "1.5", "nan", "1979-05-27", '""', "'x", '"""', "]"]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Give the example file with some of its lines gone, doubled, moved, cut, or with other values."""
    lines = draw(st.lists(st.sampled_from(LINES), max_size=25))
    for at in draw(st.sets(st.integers(0, 24), max_size=4)):
        if at < len(lines):
            head = lines[at].partition("=")[0]
            lines[at] = f"{head}= {draw(st.sampled_from(VALUES))}"
    return "\n".join(lines)


@given(main=st.one_of(st.just(EXAMPLE), damaged()), first=damaged(), second=damaged())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_damaged_every_problem_has_a_place_and_a_remedy(
    tmp_path: Path, main: str, first: str, second: str
) -> None:
    (tmp_path / "conf.d").mkdir(exist_ok=True)
    file = tmp_path / "gatherly.toml"
    file.write_text(main)
    (tmp_path / "conf.d" / "1.toml").write_text(first)
    (tmp_path / "conf.d" / "2.toml").write_text(second)
    try:
        problems = load(file, kinds=Kinds(options_types(), INVITING), env={}).problems
    except ConfigurationError as error:
        problems = error.problems
    assert all(problem.file and problem.key and problem.wrong for problem in problems)


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_bytes_the_file_holds(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "gatherly.toml"
    file.write_bytes(content)
    told: tuple[Problem, ...] | None = None
    try:
        load(file, kinds=Kinds({}), env={})
    except ConfigurationError as error:
        told = error.problems
    assert told is None or told


TOO_MUCH = {
    "deep array": "a = " + "[" * 5_000,
    "deep and closed": "a = " + "[" * 900 + "]" * 900,
    "deep table": "a = " + "{ a = " * 5_000,
    "long number": "a = " + "9" * 5_000,
    "long below zero": "a = -" + "9" * 5_000,
    "no year": "a = 0000-00-00",
    "no letter": 'a = "\\ud800"',
}
NUL = {
    "a path": '[connectors.f]\nkind = "folder"\nuser = "bob"\npath = "a\\u0000b"\n',
    "a calendar": '[connectors.f]\nkind = "folder"\nuser = "bob"\npath = "a"\nread = [".", "\\u0000"]\n',
    "an address": '[connectors.f]\nkind = "ics"\nuser = "bob"\nurl = "https://example.com/\\u0000"\n',
    "a key": '[secrets]\nkey_file = "\\u0000"\n',
    "a command": '[secrets]\ncommand = ["pass", "a\\u0000"]\n',
    "a user": '[users."a\\u0000b"]\n',
    "a name": '[users.eve]\nname = "Eve\\u0000"\n',
    "a rule": '[users.eve]\nrules = [{ constraint_level = "hard", rule = { type = "\\u0000" } }]\n',
    "a store": '[store]\nurl = "sqlite:///\\u0000"\n',
}


@pytest.mark.parametrize("what", sorted(TOO_MUCH))
@pytest.mark.parametrize("name", ["gatherly.toml", "conf.d/1.toml"])
def test_too_deep_a_nest_and_too_long_a_number_are_told_with_their_place(
    tmp_path: Path, name: str, what: str
) -> None:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "gatherly.toml").write_text("[users.bob]\n")
    (tmp_path / name).write_text(TOO_MUCH[what])
    try:
        problems = load(tmp_path / "gatherly.toml", kinds=Kinds({}), env={}).problems
    except ConfigurationError as error:
        problems = error.problems
    assert [problem.file for problem in problems] == [str(tmp_path / name)]


@pytest.mark.parametrize(
    "text", ["[" * 5_000, "{a=" * 5_000, "[" + "9" * 5_000 + "]", "[[" * 900 + "]]" * 900]
)
def test_a_variable_that_cannot_be_read_is_a_problem_of_its_own(tmp_path: Path, text: str) -> None:
    (tmp_path / "gatherly.toml").write_text("[users.bob]\n")
    with pytest.raises(ConfigurationError):
        load(tmp_path / "gatherly.toml", kinds=Kinds({}), env={"GATHERLY_SYNC__EVERY": text})


@pytest.mark.parametrize("where", sorted(NUL))
def test_a_nul_is_told_of_wherever_it_stands(tmp_path: Path, where: str) -> None:
    file = tmp_path / "gatherly.toml"
    file.write_text("[users.bob]\n" + NUL[where])
    try:
        problems = load(file, kinds=Kinds(options_types(), INVITING), env={}).problems
    except ConfigurationError as error:
        problems = error.problems
    assert [problem.wrong for problem in problems] == ["holds a NUL character"]
    assert problems[0].line is not None
