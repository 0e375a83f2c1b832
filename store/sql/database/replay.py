"""A transaction that is run again when the server undoes it: deadlock, serialisation failure, lost line.

What a transaction has asked and been answered is kept until it is committed. When the server undoes it for no
fault of its own, the same is asked again in a new one. If every answer is the same as before, nobody can tell
the difference, and the transaction goes on; if one differs, somebody else has changed what was decided on,
and that is told as a conflict.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self

import sqlalchemy as sa

from engine.errors import StaleVersionError
from store.retries import Retries

PASSING = frozenset({"40001", "40P01"})
"""SQLSTATE of what a server undoes to let others through: serialization_failure, deadlock_detected."""


@dataclass(slots=True)
class _Step:
    """One statement and what came of it: its rows, how many it changed, or the kind of its refusal."""

    statement: Any
    parameters: Any
    answer: object = None


class ReplayedConnection(sa.Connection):
    """A connection in one transaction, begun with it; `settle` ends it, closing it undoes it."""

    def __init__(self, engine: sa.Engine, retries: Retries) -> None:
        super().__init__(engine)
        self._retries = retries
        self._pauses: Iterator[float] = retries.pauses()
        self._steps: list[_Step] = []
        self._settling = False
        self._under_way = self.begin()

    def __enter__(self) -> Self:
        return self

    def execute(
        self, statement: Any, parameters: Any = None, *, execution_options: Any = None
    ) -> sa.CursorResult[Any]:
        """Run a statement, and keep its answer; where the server undoes it all is run again."""
        if self._settling:
            return super().execute(statement, parameters, execution_options=execution_options)
        step = _Step(statement, parameters)
        while True:
            try:
                result = self._run(step)
            except sa.exc.DBAPIError as error:
                if not is_passing(error):
                    self._steps.append(step)
                    raise
                self._run_again(error)
            else:
                self._steps.append(step)
                return result

    def settle(self, conclude: Callable[[], Any], stands: Callable[[Any], bool]) -> Any:
        """Conclude and commit; gives what `conclude` gave.

        `conclude` is run anew each time. Where the line is lost in a commit, `stands` tells of what it gave
        whether it was committed all the same.

        Raises:
            StaleVersionError: the transaction was undone, and others have changed since what it saw.
        """
        while True:
            concluded = _NOTHING
            try:
                self._settling = True
                concluded = conclude()
                self._under_way.commit()
            except sa.exc.DBAPIError as error:
                self._settling = False
                if concluded is not _NOTHING and error.connection_invalidated and stands(concluded):
                    return concluded
                if not is_passing(error):
                    raise
                self._run_again(error)
            else:
                return concluded

    def _run(self, step: _Step) -> sa.CursorResult[Any]:
        """Run one statement; rows are fetched at once, so that they can be given and kept."""
        try:
            result = super().execute(step.statement, step.parameters)
            if not result.returns_rows:
                step.answer = result.rowcount
                return result
            frozen = result.freeze()
        except sa.exc.DBAPIError as error:
            step.answer = getattr(error.orig, "sqlstate", None)
            raise
        step.answer = frozen().all()
        given: Any = frozen()
        return given  # type: ignore[no-any-return] # a frozen result answers like the one it was made of

    def _run_again(self, error: sa.exc.DBAPIError) -> None:
        """Do in a new transaction what was done in the one that is undone, after a pause that grows."""
        while True:
            pause = next(self._pauses, None)
            if pause is None:
                raise error
            self._under_way.rollback()
            self._retries.wait(pause)
            try:
                self._under_way = self.begin()
                for step in self._steps:
                    self._same(step)
            except sa.exc.DBAPIError as another:
                if not is_passing(another):
                    raise
                error = another
            else:
                return

    def _same(self, step: _Step) -> None:
        again = _Step(step.statement, step.parameters)
        try:
            self._run(again)
        except sa.exc.DBAPIError as error:
            if is_passing(error) or again.answer != step.answer:
                raise
        if again.answer != step.answer:
            raise StaleVersionError(
                "Another transaction went first and changed what this one saw",
                "Read again and decide anew",
            )


_NOTHING = object()


def is_passing(error: sa.exc.DBAPIError) -> bool:
    """Tell whether the same may succeed when it is tried again at once: undone by the server, or cut off."""
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in PASSING
