"""Who delivers an event to its attendees; apart from the options, which writing need not load."""

from enum import StrEnum


class ScheduleAgent(StrEnum):
    """Who delivers an event to its attendees (RFC 6638, section 7.1)."""

    NONE = "none"
    CLIENT = "client"
    SERVER = "server"
