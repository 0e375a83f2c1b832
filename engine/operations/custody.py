"""What an operator asks of a store beside its daily work: keep, hand out, forget, and change its key."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from engine.ids import UserId
from engine.operations.retention import Cutoffs, Pruned
from engine.time.span import Instant

Archive = Mapping[str, Sequence[Mapping[str, Any]]]
"""A person's rows by table, opened and ready for JSON."""


class Custody(Protocol):
    """Operations on a whole store."""

    def prune(self, before: Cutoffs, now: Instant) -> Pruned:
        """Remove what has been kept long enough, and make old analytics nobody's."""

    def export(self, user: UserId) -> Archive:
        """Give everything that is a person's."""

    def erase(self, user: UserId, now: Instant) -> None:
        """Forget a person: rows, data key, traces in others' sessions and in what is still to be told.

        Bookings under way are to be undone before; a keyed hash stays, so that nothing brings them back.
        """

    def erased(self, name: str) -> bool:
        """Tell whether a user's id or address is that of somebody who was erased."""

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
