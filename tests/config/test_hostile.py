"""Whatever stands in the files, what is wrong is told: no other error, and in time."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import config
from config.loader import load
from connectors.registry import options_types
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
        problems = load(file, option_types=options_types(), env={}).problems
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
        load(file, option_types={}, env={})
    except ConfigurationError as error:
        told = error.problems
    assert told is None or told
