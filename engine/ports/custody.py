"""What an operator asks of a store beside its daily work: keep, hand out, forget, and change its key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from engine.ports.store import Transaction

if TYPE_CHECKING:
    from engine.ids import SessionId, UserId
    from engine.operations.custody import Cutoffs, Pruned
    from engine.time.span import Instant

Archive = Mapping[str, Sequence[Mapping[str, Any]]]
"""A person's rows by table, opened and ready for JSON."""

Ties = Callable[[Transaction], Sequence[str]]
"""Gives what still ties somebody to this place, in words, at a transaction's moment."""


class Custody(Protocol):
    """Operations on a whole store."""

    def prune(self, before: Cutoffs, now: Instant) -> Pruned:
        """Remove what has been kept long enough, and make old analytics nobody's."""

    def export(self, user: UserId) -> Archive:
        """Give everything that is a person's."""

    def erase(
        self, user: UserId, now: Instant, left: Sequence[SessionId] = (), ties: Ties | None = None
    ) -> Sequence[str]:
        """Forget a person: rows, data key, traces in others' sessions and in what is still to be told.

        `left` are sessions that they were taken out of just before, and that still speak of them, beside
        those that their own settings note. `ties` is asked in the erasure's own transaction: what it tells
        is given, and nobody is forgotten then.

        Bookings under way are to be undone before; a keyed hash stays, so that nothing brings them back.
        """

    def shred(self) -> None:
        """See that the database's own files hold nothing any more of what was removed.

        Where that fails, `prune` does it again.
        """

    def erased(self, *names: str) -> bool:
        """Tell whether one of these, ids or addresses of a user, is that of somebody who was erased."""

    def identifier(self, text: str) -> bytes:
        """Give the keyed hash by which this installation names things; a new master key changes none."""

    def time(self) -> Instant | None:
        """Tell the store's own clock, by which leases count; None where it is its one machine's.

        Raises:
            StoreUnavailableError: it does not answer.
        """

    def backup(self, to: str) -> None:
        """Write a copy that is whole while others go on writing.

        Raises:
            StoreUnavailableError: it cannot be written there.
            StoreError: the store's kind has its own tools for that.
        """

    def rewrap(self, limit: int = 100) -> int:
        """Wrap some data keys anew under the primary master key; gives how many are left."""
