"""The live documents that apps share with gatherly, and the store that keeps in step with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from engine.ports.store import Store, Transaction
from engine.time.span import Instant

if TYPE_CHECKING:
    from engine.model.app_document import AppDocument, Found, ListenerStatus, Place


class Apps(Protocol):
    """The documents as apps see them; a call that meets its deadline raises `StoreUnavailableError`."""

    @property
    def name(self) -> str:
        """What to call them."""

    def probe(self) -> None:
        """See that they can be read.

        Raises:
            StoreError: they cannot.
        """

    def fetch(self, places: Sequence[Place]) -> Sequence[Found]:
        """Read documents as they are now; one that is not there has no fields."""

    def create(self, place: Place, fields: Mapping[str, Any]) -> str:
        """Write a new document; gives its stamp.

        Raises:
            StaleVersionError: one is there.
        """

    def change(self, place: Place, fields: Mapping[str, Any], gone: Iterable[str], update_time: str) -> str:
        """Set and remove just these fields (`app_documents.fields.flattened`) of the version with this stamp.

        Raises:
            StaleVersionError: it has another, or is no longer there.
        """

    def remove(self, place: Place) -> None:
        """Remove a document with what lies below it."""

    def note(self, place: Place, update_time: str) -> None:
        """Take a version as known, so that it is no news."""

    def know(self, stamps: Mapping[Place, str]) -> None:
        """Begin with these versions as known."""

    def poll(self) -> None:
        """Look at every live document's stamp; what differs from what is known becomes news."""

    def on_news(self, woken: Callable[[], None]) -> None:
        """Have somebody woken, from whatever thread, when there is news."""

    def news(self) -> Sequence[Place]:
        """Give the documents that were changed or removed since this was last asked."""


class Listening(Protocol):
    """Hears of changes as they happen."""

    def listener_status(self) -> ListenerStatus:
        """Tell whether it does."""

    def close(self) -> None:
        """Stop; soon."""


class AppDocumentRecords(Protocol):
    """What is remembered of the documents outside, and which of them are to be written."""

    def get(self, place: Place) -> AppDocument | None:
        """Look one up."""

    def put(self, document: AppDocument) -> None:
        """Remember it so, but for its mark, which stays."""

    def mark(self, places: Iterable[Place]) -> None:
        """Have them written: their rows were changed, or are gone."""

    def unmark(self, place: Place, mark: int) -> None:
        """Have one written no more, unless it was marked anew since it had this mark."""

    def due(self, now: Instant, limit: int = 100) -> Sequence[AppDocument]:
        """Give marked ones whose time has come, in the order in which they were marked."""

    def pending(self) -> int:
        """Count what is marked."""

    def stamps(self) -> Mapping[Place, str]:
        """Give the stamp of every document that is known and not gone."""

    def troubled(self) -> Sequence[AppDocument]:
        """Give those that cannot be read, and those that could not be written."""

    def forget(self, place: Place) -> None:
        """Remember nothing of it any more."""

    def listener_status(self) -> ListenerStatus | None:
        """Tell whether the daemon hears of changes, as it last said."""

    def heard(self, listener_status: ListenerStatus) -> None:
        """Write down whether changes are heard."""


class AppDocumentTransaction(Transaction, Protocol):
    """A transaction that knows which documents it touches."""

    @property
    def documents(self) -> AppDocumentRecords:
        """What is remembered of the documents outside."""


class LiveStore(Store, Protocol):
    """A store whose users, sessions and messages apps read and write too."""

    @property
    def apps(self) -> Apps:
        """The documents as apps see them."""

    def on_marks(self, woken: Callable[[], None]) -> None:
        """Have somebody woken, from whatever thread, once a transaction has marked something."""

    def reading(self) -> AbstractContextManager[AppDocumentTransaction]:
        """Look, at one moment."""

    def writing(self) -> AbstractContextManager[AppDocumentTransaction]:
        """Change: committed at the end of the block, undone when it raises."""
