"""What holds others that most of its users never ask for: each is imported and made when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Generic, TypeVar

T = TypeVar("T")


class Part(Generic[T]):
    """An attribute by the module and the class that hold it, and by those of its owner that it is made from.

    A look that wants one table reads neither the modules of the others nor what they stand on.
    """

    def __init__(self, module: str, name: str, *made_from: str) -> None:
        self._module = f"store.sql.{module}"
        self._class = name
        self._made_from = made_from
        self._name = ""

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, owner: object, _type: type) -> T:
        whole = getattr(import_module(self._module), self._class)
        made: T = whole(*(getattr(owner, name) for name in self._made_from))
        owner.__dict__[self._name] = made
        return made
