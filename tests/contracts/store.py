"""What every store must do: subclass `StoreContract` and give a `store` fixture.

class TestMemoryStore(StoreContract):
@pytest.fixture
def store(self) -> Iterator[Store]: ...
"""

from tests.contracts.stores.calendars import AccountContract, CalendarContract
from tests.contracts.stores.ledger import BookingContract, EffectContract, HoldContract
from tests.contracts.stores.live import MessageContract, SessionContract, UserContract, WakeContract
from tests.contracts.stores.records import AuditContract, OutboxContract
from tests.contracts.stores.shelf import ShelfContract
from tests.contracts.stores.shelves import (
    ConstraintShelfContract,
    EventShelfContract,
    HistoryShelfContract,
    OperationsShelfContract,
    ResourceShelfContract,
)
from tests.contracts.stores.transactions import TransactionContract


class LiveStoreContract(
    TransactionContract,
    UserContract,
    SessionContract,
    MessageContract,
    WakeContract,
    AccountContract,
    CalendarContract,
):
    """The part of the port that a live store has a hand in; the rest lies in SQL as ever."""


class StoreContract(
    LiveStoreContract,
    BookingContract,
    EffectContract,
    HoldContract,
    OutboxContract,
    AuditContract,
    ShelfContract,
    EventShelfContract,
    ConstraintShelfContract,
    ResourceShelfContract,
    HistoryShelfContract,
    OperationsShelfContract,
):
    """The whole port, method by method."""
