"""A tuple that is worked out once somebody reads it, and is then as if it had been there all along."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, overload

_Item = TypeVar("_Item")


class Deferred(Sequence[_Item]):
    """A tuple that is made when it is read: it equals that tuple, and is one wherever it is copied to.

    Two threads may make it twice, never differently; what it was made from is let go of.
    """

    __slots__ = ("_found",)

    def __init__(self, work_out: Callable[[], Iterable[_Item]]) -> None:
        self._found: Callable[[], Iterable[_Item]] | tuple[_Item, ...] = work_out

    def _read(self) -> tuple[_Item, ...]:
        found = self._found
        if not isinstance(found, tuple):
            found = self._found = tuple(found())
        return found

    def __len__(self) -> int:
        return len(self._read())

    def __iter__(self) -> Iterator[_Item]:
        return iter(self._read())

    @overload
    def __getitem__(self, index: int) -> _Item: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[_Item, ...]: ...
    def __getitem__(self, index: int | slice) -> _Item | tuple[_Item, ...]:
        return self._read()[index]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Deferred):
            other = other._read()
        return self._read() == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._read())

    def __repr__(self) -> str:
        return repr(self._read())

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (self._read(),)
