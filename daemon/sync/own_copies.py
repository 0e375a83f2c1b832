"""Copies of ours as a read found them: one that its owner moved takes their time where it lies now."""

from daemon.knowledge import ledgered
from engine.availability.evidence import is_left_to_ledger
from engine.booking.outcome import Code
from engine.ids import EventId
from engine.model.calendar_object import SyncPlan
from engine.ports.store import Transaction


def are_elsewhere(tx: Transaction, plan: SyncPlan) -> bool:
    """Tell whether some copy was read that lies, or lay, elsewhere than the ledger has it.

    One that is found where it was written changes nobody's time: its hold has been there all along.
    """
    ours = [span for spans in plan.busy.values() for span in spans if span.ours]
    if not ours:
        return False
    known = ledgered(tx, ours)
    if not all(is_left_to_ledger(span, known) for span in ours):
        return True
    effects = tx.ledger.effects_writing({EventId(span.uid) for span in ours})
    return any(effect.last_code == Code.MOVED for effect in effects.values())
