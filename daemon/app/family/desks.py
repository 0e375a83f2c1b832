"""Every use case of the family's calendar, for whoever asks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from daemon.app.family.conflicts import Conflicts
from daemon.app.family.family_calendars import FamilyCalendars
from daemon.app.family.family_events import FamilyEvents
from daemon.app.family.family_files import FamilyFiles
from daemon.app.family.family_rules import FamilyRules
from daemon.app.family.shared_resources import SharedResources
from daemon.app.principal import Principal
from engine.ports.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyDesks:
    """Every use case of the family's calendar."""

    calendars: FamilyCalendars
    events: FamilyEvents
    files: FamilyFiles
    resources: SharedResources
    rules: FamilyRules
    conflicts: Conflicts

    def asked_by(self, principal: Principal, origin: Mapping[str, Any] | None = None) -> "FamilyDesks":
        """Give the same for another who asks."""
        return FamilyDesks(
            calendars=self.calendars.asked_by(principal, origin),
            events=self.events.asked_by(principal, origin),
            files=self.files.asked_by(principal, origin),
            resources=self.resources.asked_by(principal, origin),
            rules=self.rules.asked_by(principal, origin),
            conflicts=self.conflicts.asked_by(principal, origin),
        )

    def over(self, store: Store) -> "FamilyDesks":
        """Give the same over another store, such as one that stands at one moment."""
        return FamilyDesks(
            calendars=replace(self.calendars, store=store),
            events=replace(self.events, store=store),
            files=replace(self.files, store=store),
            resources=replace(self.resources, store=store),
            rules=replace(self.rules, store=store),
            conflicts=replace(self.conflicts, store=store),
        )
