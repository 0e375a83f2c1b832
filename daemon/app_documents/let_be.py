"""Documents that somebody has let be: nobody speaks of them until they change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.model.set_aside import Work, short_id

if TYPE_CHECKING:
    from engine.model.app_document import AppDocument
    from engine.ports.store import Transaction


def id_and_mark(one: AppDocument) -> tuple[str, str]:
    """Give the id under which a document is let be, and the mark of the version that it is in now."""
    return short_id(Work.DOCUMENT, str(one.place)), f"{one.update_time} {one.problem or ''}"


def documents_spoken_of(tx: Transaction, troubled: Sequence[AppDocument]) -> list[AppDocument]:
    """Give troubled documents without those that somebody has let be, as long as they are as they were."""
    let_be = {(one.id, one.mark) for one in tx.repositories.set_aside.all() if one.forgotten}
    return [one for one in troubled if id_and_mark(one) not in let_be]
