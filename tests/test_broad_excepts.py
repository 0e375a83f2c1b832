"""One place survives whatever is raised; everybody else names what they expect."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("daemon", "connectors", "engine", "store", "config")
THE_PLACE = ROOT / "engine" / "trouble.py"
BROAD = {"Exception", "BaseException", "ExceptionGroup", "BaseExceptionGroup"}


def names(expression: ast.expr | None) -> Iterator[str]:
    if expression is None:
        yield "BaseException"
    elif isinstance(expression, ast.Tuple):
        for each in expression.elts:
            yield from names(each)
    elif isinstance(expression, ast.Name):
        yield expression.id
    elif isinstance(expression, ast.Attribute):
        yield expression.attr


def broad_in(source: str) -> list[int]:
    """Give the lines that catch, or suppress, whatever is raised."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler) and BROAD & set(names(node.type)):
            found.append(node.lineno)
        if isinstance(node, ast.Call) and "suppress" in names(node.func):
            found += [node.lineno for each in node.args if BROAD & set(names(each))]
    return found


@pytest.mark.parametrize(
    "source",
    [
        "try: pass\nexcept: pass",
        "try: pass\nexcept Exception: pass",
        "try: pass\nexcept (ValueError, BaseException) as error: raise",
        "try: pass\nexcept builtins.Exception: pass",
        "try: pass\nexcept* ExceptionGroup: pass",
        "with contextlib.suppress(Exception): pass",
        "with suppress(KeyError, BaseException): pass",
    ],
)
def test_each_way_to_catch_everything_is_known(source: str) -> None:
    assert broad_in(source)


def test_broad_excepts_stand_in_one_place_alone() -> None:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    found = {path.relative_to(ROOT): lines for path in files if (lines := broad_in(path.read_text()))}
    assert list(found) == [THE_PLACE.relative_to(ROOT)]
