"""A value that is made when it is read cannot be told from one that was there all along."""

import copy
from collections.abc import Iterator

from engine.model.deferred import Deferred


def counted(made: list[int]) -> Iterator[str]:
    made.append(1)
    yield from ("a", "b", "c")


def test_it_is_made_once_when_it_is_read_and_not_before() -> None:
    made: list[int] = []
    value = Deferred(lambda: counted(made))
    assert made == []
    assert (value[0], value[1:], len(value), list(value)) == ("a", ("b", "c"), 3, ["a", "b", "c"])
    assert "b" in value
    assert made == [1]


def test_it_equals_the_tuple_that_it_is_made_into() -> None:
    value, same = (Deferred(lambda: counted([])) for _ in range(2))
    assert value == same
    assert value == ("a", "b", "c")
    assert tuple.__eq__(("a", "b", "c"), value) is NotImplemented
    assert value != ("a", "b")
    assert value != ["a", "b", "c"]
    assert hash(value) == hash(("a", "b", "c"))
    assert repr(value) == repr(("a", "b", "c"))


def test_what_is_made_of_it_elsewhere_is_the_tuple() -> None:
    value = Deferred(lambda: counted([]))
    assert isinstance(copy.copy(value), tuple)
    assert copy.deepcopy(value) == tuple(value)
