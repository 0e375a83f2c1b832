"""What every store must do: subclass `StoreContract` and give a `store` fixture.

class TestMemoryStore(StoreContract):
@pytest.fixture
def store(self) -> Iterator[Store]: ...
"""

from tests.contracts.stores.calendars import AccountContract, CalendarContract
from tests.contracts.stores.ledger import BookingContract, EffectContract, HoldContract
from tests.contracts.stores.records import AuditContract, OutboxContract
from tests.contracts.stores.repositories import (
    ConstraintRepositoryContract,
    EventRepositoryContract,
    HistoryRepositoryContract,
    OperationsRepositoryContract,
    ResourceRepositoryContract,
    VisitRepositoryContract,
)
from tests.contracts.stores.repository import RepositoryContract
from tests.contracts.stores.sessions import MessageContract, SessionContract, UserContract, WakeContract
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
    RepositoryContract,
    EventRepositoryContract,
    ConstraintRepositoryContract,
    ResourceRepositoryContract,
    HistoryRepositoryContract,
    OperationsRepositoryContract,
    VisitRepositoryContract,
):
    """The whole port, method by method."""
