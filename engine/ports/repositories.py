"""Every repository of the store that is not read at every tick, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.ports.access import AllSettings, Grants, KeptAnswers, RefreshTokens
    from engine.ports.events import Events, Participants, Reminders
    from engine.ports.history import Analytics, LearningNotes, Profiles
    from engine.ports.invitations import Invitations, Visits
    from engine.ports.notices import Cursors, Dispatches, Links, Notifications, Outages
    from engine.ports.operations import BudgetRepository, Daemons, KeptChannels, SetAsides, SyncJobs, Turns
    from engine.ports.relations import (
        Contacts,
        Embeddings,
        Encounters,
        Interactions,
        Interests,
        KnownAddresses,
        MeetingSources,
        Memories,
        Relationships,
    )
    from engine.ports.resources import Conflicts, Constraints, Reservations, Resources


class Repositories(Protocol):
    """Every repository of one transaction."""

    @property
    def events(self) -> Events:
        """Events that gatherly keeps itself."""

    @property
    def participants(self) -> Participants:
        """Who takes part in them."""

    @property
    def reminders(self) -> Reminders:
        """What reminds of them."""

    @property
    def constraints(self) -> Constraints:
        """Rules that guide scheduling."""

    @property
    def resources(self) -> Resources:
        """What people share."""

    @property
    def reservations(self) -> Reservations:
        """What of it is kept for whom."""

    @property
    def conflicts(self) -> Conflicts:
        """What collides."""

    @property
    def profiles(self) -> Profiles:
        """How people schedule."""

    @property
    def analytics(self) -> Analytics:
        """How sessions ended."""

    @property
    def learning(self) -> LearningNotes:
        """What is kept of learning."""

    @property
    def notifications(self) -> Notifications:
        """What people are told."""

    @property
    def sync_jobs(self) -> SyncJobs:
        """Runs of synchronising."""

    @property
    def grants(self) -> Grants:
        """What lets connectors in."""

    @property
    def budgets(self) -> BudgetRepository:
        """How far budgets of requests are spent."""

    @property
    def daemons(self) -> Daemons:
        """What daemons tell of themselves."""

    @property
    def turns(self) -> Turns:
        """Whose turn it was."""

    @property
    def channels(self) -> KeptChannels:
        """By which calendars' providers tell of changes."""

    @property
    def refresh_tokens(self) -> RefreshTokens:
        """What gives people's programs access."""

    @property
    def kept_answers(self) -> KeptAnswers:
        """First answers to requests that may be sent again."""

    @property
    def personal_settings(self) -> AllSettings:
        """What people set for themselves."""

    @property
    def set_aside(self) -> SetAsides:
        """What is set aside."""

    @property
    def dispatches(self) -> Dispatches:
        """What goes out to people and programs."""

    @property
    def links(self) -> Links:
        """By what people answer without an account."""

    @property
    def invitations(self) -> Invitations:
        """Links by which strangers book somebody."""

    @property
    def visits(self) -> Visits:
        """Times that strangers took by them."""

    @property
    def outages(self) -> Outages:
        """Connectors that do not work."""

    @property
    def cursors(self) -> Cursors:
        """Who follows the log, and how far they have come."""

    @property
    def contacts(self) -> Contacts:
        """Whom users know."""

    @property
    def known_addresses(self) -> KnownAddresses:
        """By which addresses contacts are known."""

    @property
    def interactions(self) -> Interactions:
        """When users had to do with whom."""

    @property
    def interests(self) -> Interests:
        """What contacts are interested in."""

    @property
    def relationships(self) -> Relationships:
        """Who is met together."""

    @property
    def memories(self) -> Memories:
        """Notes about contacts, and briefings."""

    @property
    def meeting_sources(self) -> MeetingSources:
        """Events, as far as what they tell of people is derived."""

    @property
    def embeddings(self) -> Embeddings:
        """Where what is said of contacts lies among all texts."""

    @property
    def encounters(self) -> Encounters:
        """Which addresses were at which events."""
