"""Every table, in one place: importing this module is knowing the whole schema."""

from store.sql.tables import (
    access,
    calendars,
    channels,
    daemons,
    events,
    history,
    invitations,
    ledger,
    notices,
    operations,
    records,
    relations,
    resources,
    sessions,
    set_aside,
    turns,
)
from store.sql.tables.metadata import METADATA

ROOMS = (
    sessions,
    calendars,
    ledger,
    records,
    events,
    resources,
    history,
    operations,
    set_aside,
    daemons,
    channels,
    access,
    notices,
    invitations,
    turns,
    relations,
)
"""The modules whose import adds their tables to `METADATA`."""

SCHEMA = METADATA
"""The name book once every table is in it."""
