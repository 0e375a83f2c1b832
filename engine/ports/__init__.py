"""What the engine's decisions need of the world, in the engine's words; doubles are handed in.

Times are whole seconds (`engine.time.span.Instant`) throughout.
"""

from engine.ports.budgets import Budgets
from engine.ports.calendars import Calendars
from engine.ports.connector import Capabilities, Connector, IdForm, Paced, Probe, RemoteCalendar
from engine.ports.grants import Exchange, GrantKeeper
from engine.ports.ledger import Audit, Ledger, Outbox
from engine.ports.sessions import Messages, Sessions, Users, Wakes
from engine.ports.store import Store, Transaction
from engine.ports.vault import Vault
from engine.ports.world import Clock, Randomness

__all__ = [
    "Audit",
    "Budgets",
    "Calendars",
    "Capabilities",
    "Clock",
    "Connector",
    "Exchange",
    "GrantKeeper",
    "IdForm",
    "Ledger",
    "Messages",
    "Outbox",
    "Paced",
    "Probe",
    "Randomness",
    "RemoteCalendar",
    "Sessions",
    "Store",
    "Transaction",
    "Users",
    "Vault",
    "Wakes",
]
