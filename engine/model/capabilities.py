"""What connectors of a kind can do, and how events that they write are named."""

from dataclasses import dataclass
from enum import StrEnum


class IdForm(StrEnum):
    """How a provider wants the ids of events that a client makes."""

    ICAL = "ical"
    GOOGLE = "google"
    MESSAGE = "message"


class IdsBy(StrEnum):
    """Who chooses the ids of events that are written."""

    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What connectors of a kind can do; whether one that could write does so, its configuration says.

    `invites`: it reaches people by letters, beside whatever calendar of theirs is written. `pushes`: its
    provider tells of changes unasked. `consents`: it lives on somebody's consent, which is renewed ahead of
    time. `local`: its calendars lie on this machine, where it is cheap to see that they were touched. `ids`
    and `id_form` are those of events that are written.
    """

    reads: bool = True
    writes: bool = True
    invites: bool = False
    pushes: bool = False
    consents: bool = False
    local: bool = False
    ids: IdsBy = IdsBy.OURS
    id_form: IdForm = IdForm.ICAL
