"""Every command, by its name: what it does, and the module that is imported once it is called."""

from collections.abc import Iterable

from typer.core import TyperGroup

from daemon.terminal.lazy import LazyCommand, group, options_of
from daemon.terminal.parameters import of_a_group

COMMANDS = "daemon.commands."


def _commands(*rows: tuple[str, str, str]) -> Iterable[LazyCommand]:
    return (
        LazyCommand(name, summary, place if place.startswith("daemon.") else COMMANDS + place)
        for name, place, summary in rows
    )


def every_command() -> tuple[LazyCommand | TyperGroup, ...]:
    """Give those that stand by themselves, and the groups, as `--help` lists them."""
    return (
        *_alone(),
        _sessions(),
        _contacts(),
        *_entries(),
        *_family_groups(),
        *_looked_after(),
        *_of_shells(),
    )


def _alone() -> Iterable[LazyCommand]:
    return _commands(
        ("init", "init:run", "Make a first configuration, by a few questions."),
        ("install", "upkeep.install:run", "Put unit, backup timer, completions and manual page in place."),
        ("demo", "demo:run", "Show the main job, end to end, in a scratch folder."),
        ("run", "run:run", "Run the daemon."),
        ("reload", "reload:run", "Have the running daemon read its files anew."),
        ("sync", "sync:run", "Have the running daemon read now, and wait until it has."),
        ("check", "check:run", "Validate the configuration and try each connector."),
        ("connect", "connect:run", "Get a person's consent for a connector, and seal it in the store."),
        ("calendars", "calendars:run", "List the calendars that a connector can see."),
        ("busy", "busy:run", "Tell what gatherly takes as busy."),
        ("find", "sessions.find:run", "Propose times from a request document, with no daemon and no store."),
        ("say", "sessions.session:say", "Say something in a session, in plain words."),
        ("understand", "sessions.understand:run", "Say how a message is read, with no daemon and no store."),
        ("profile", "learning.profile:run", "Say what was learned of somebody, or have it forgotten."),
        ("explain", "explain:run", "Say why somebody is free or busy at one moment."),
        ("plan", "plan:run", "Show what the next sync and write-back would do; nothing is done."),
        ("status", "status:run", "Show how connectors, sessions and writes stand."),
        ("top", "top:run", "Show live what moves: connectors, bookings, what happens."),
        ("log", "log:run", "Say what happened: to sessions, and to connectors."),
        (
            "fsck",
            "store.fsck:run",
            "Check the invariants of the booking ledger against the store and the calendars.",
        ),
        (
            "purge",
            "purge:run",
            "Remove everything gatherly wrote through one connector, even when the store is lost.",
        ),
        ("token", "token:run", "Let a person's programs in, over HTTP."),
        ("invite", "outsiders.invite:run", "Give an address by which strangers book somebody."),
        ("accept-change", "accept_change:run", "Take a calendar's sudden change as real."),
        (
            "backup",
            "store.backup:run",
            "Copy the store whole, while others go on writing; each copy is verified.",
        ),
        (
            "restore",
            "store.restore:run",
            "Put a backup in the store's place; the present store is set aside.",
        ),
        ("export", "export:run", "Print everything that is a person's, as one JSON document."),
        (
            "doctor",
            "upkeep.doctor:run",
            "Gather what a bug report needs, without secrets, titles, addresses.",
        ),
        ("seed", "upkeep.seed:run", "Fill an empty store with people, sessions and messages to be tried."),
        (
            "erase",
            "erase:run",
            "Forget a person: out of what is booked, then everything that is theirs.",
        ),
    )


def _of_shells() -> Iterable[LazyCommand]:
    return _commands(
        (
            "completion",
            "daemon.terminal.completion:run",
            "Print what lets a shell complete gatherly's words.",
        ),
    )


def _sessions() -> TyperGroup:
    commands = _commands(
        ("create", "sessions.session:create", "Ask for a new session."),
        ("list", "sessions.session:listed", "List sessions, newest first."),
        ("show", "sessions.session:show", "Show one session with its proposals and its booking."),
        ("accept", "sessions.session:accept", "Accept a proposed time."),
        ("decline", "sessions.session:decline", "Say that somebody stays away."),
        ("reject", "sessions.session:reject", "Take none of the proposals; others are looked for."),
        (
            "reschedule",
            "sessions.session:reschedule",
            "Move a scheduled session: the event is withdrawn and new times are proposed.",
        ),
        ("relax", "sessions.session:relax", "Ask for a failed one anew, with a change that would help."),
        ("edit", "sessions.session:edit", "Change its title, description or place; copies follow."),
        ("cancel", "sessions.session:cancel", "Call a session off for everybody."),
        (
            "release",
            "sessions.session:release",
            "End a stuck booking as it stands; the log keeps who and when.",
        ),
    )
    return group("session", "Propose, accept, move and cancel sessions.", commands)


def _contacts() -> TyperGroup:
    commands = _commands(
        ("list", "people.contact:listed", "List contacts, the strongest first."),
        ("show", "people.contact:show", "Show a contact, and why it is as strong as it is."),
        ("add", "people.contact:add", "Enter a contact by hand."),
        ("edit", "people.contact:edit", "Change a contact; what is not named stays."),
        ("merge", "people.contact:merge", "Join two contacts that are one person."),
        ("unmerge", "people.contact:unmerge", "Take apart again what was merged into a contact."),
        ("archive", "people.contact:archive", "Put a contact away."),
        ("restore", "people.contact:restore", "Bring a contact back that was put away."),
        ("forget", "people.contact:forget", "Remove a contact for good; they do not come back."),
        ("import", "people.contact:bring_in", "Take in cards (vCard 3.0 and 4.0)."),
        ("export", "people.contact:hand_out", "Print every contact as a card."),
        ("log", "people.contact:log", "Note an interaction that no calendar saw."),
        ("timeline", "people.contact:timeline", "List a contact's interactions, newest first."),
        ("graph", "people.contact:graph", "Tell who is met together; draw it."),
        ("search", "people.contact:search", "Find people, interactions and memories."),
        ("brief", "people.contact:brief", "Say what there is to know before meeting somebody."),
    )
    about = "Whom one knows: contacts, and what meetings tell of them."
    return group("contact", about, commands, options_of(of_a_group))


def _entries() -> Iterable[TyperGroup]:
    """Give what is known of contacts, a group a kind: each is entered, read, changed and removed."""
    kinds = (
        ("interaction", "an interaction", "interactions", "When one had to do with whom."),
        ("interest", "an interest", "interests", "What contacts are interested in."),
        ("relationship", "a relationship", "relationships", "Who knows whom."),
        ("memory", "a memory", "memories", "Notes about contacts."),
    )
    for word, one, many, about in kinds:
        commands = _commands(
            ("list", f"people.{word}:listed", f"List {many}, or those of one contact."),
            ("show", f"people.{word}:show", f"Show {one}."),
            ("add", f"people.{word}:add", f"Enter {one}."),
            ("edit", f"people.{word}:edit", f"Change {one}; what is not named stays."),
            ("delete", f"people.{word}:delete", f"Remove {one}."),
        )
        yield group(word, about, commands, options_of(of_a_group))


def _family_groups() -> Iterable[TyperGroup]:
    """Give the groups of the family's own calendar."""
    event = _commands(
        ("add", "family.event:add", "Add an event; proposed unless it is confirmed at once."),
        ("list", "family.event:listed", "List what takes place, instance by instance."),
        ("show", "family.event:show", "Show one event."),
        ("confirm", "family.event:confirm", "Confirm a proposed event."),
        ("move", "family.event:move", "Move an event: of a series one instance, the rest of it, or all."),
        ("edit", "family.event:edit", "Change an event; what is not named stays."),
        ("cancel", "family.event:cancel", "Call an event off, or one instance of a series."),
        ("answer", "family.event:answer", "Say whether one comes."),
        ("import", "family.event:bring_in", "Import an iCalendar file, whole or not at all."),
        ("export", "family.event:hand_out", "Print a calendar as an iCalendar file."),
    )
    resource = _commands(
        ("list", "family.resource:listed", "List what people share, retired things too."),
        ("add", "family.resource:add", "Add a resource."),
        ("edit", "family.resource:edit", "Change a resource."),
        ("retire", "family.resource:retire", "Take a resource out of use; it stays listed."),
        ("free", "family.resource:free", "Tell whether a resource has room in a time."),
        ("reserve", "family.resource:reserve", "Keep a resource for a time, without an event."),
        ("release", "family.resource:release", "Give a reservation back."),
    )
    rule = _commands(
        ("list", "family.rule:listed", "List rules, those switched off too."),
        ("add", "family.rule:add", "Add a rule for a user, a resource, or everybody."),
        ("off", "family.rule:off", "Switch a rule off."),
    )
    conflict = _commands(
        ("list", "family.conflict:listed", "List what collides, with the ways out."),
        ("show", "family.conflict:show", "Show one, with its options as they are now."),
        ("resolve", "family.conflict:resolve", "Do what an option says."),
        ("ignore", "family.conflict:ignore", "Let a conflict be."),
        ("undo", "family.conflict:undo", "Take a resolution back, within a day."),
    )
    return (
        group("event", "Keep events of one's own, and series.", event, options_of(of_a_group)),
        group("resource", "Share a car, a room, a thing.", resource, options_of(of_a_group)),
        group("rule", "Say what times are right for whom.", rule, options_of(of_a_group)),
        group("conflict", "See what collides, and resolve it.", conflict, options_of(of_a_group)),
    )


def _looked_after() -> Iterable[TyperGroup]:
    """Give the groups of those who run gatherly."""
    quarantine = _commands(
        ("list", "quarantine:listed", "List what is set aside, with why and since when."),
        ("show", "quarantine:show", "Show one of them whole."),
        ("retry", "quarantine:retry", "Read it anew."),
        ("forget", "quarantine:forget", "Let it be, and speak of it no more, until it changes."),
    )
    learn = _commands(
        ("status", "learning.learn:status", "Say which policy ranks whom, and how true its confidence is."),
        ("export", "learning.learn:export", "Write training data: one row a shown time."),
        (
            "report",
            "learning.learn:report",
            "Say what each policy would have come to, by a log on standard input or an installation's own.",
        ),
        (
            "fit",
            "learning.learn:fit",
            "Fit a model to a log of scheduling events on standard input, with no daemon and no store.",
        ),
    )
    simulate = _commands(
        ("people", "learning.simulate:run", "Try what is learned on people with known preferences."),
    )
    config = _commands(
        ("schema", "config:schema", "Print the JSON Schema of the configuration file."),
        (
            "show",
            "config:show",
            "Print the merged configuration, secrets masked, with the origin of each value.",
        ),
    )
    keys = _commands(
        (
            "rotate",
            "store.keys:rotate",
            "Seal with a new master key; what was interrupted goes on where it ended.",
        )
    )
    db = _commands(
        (
            "upgrade",
            "store.change_schema:upgrade",
            "Bring the store to this version's schema; a copy is kept.",
        ),
        (
            "downgrade",
            "store.change_schema:downgrade",
            "Go back to the release before, as long as nothing is stored that it would lose.",
        ),
    )
    return (
        group("quarantine", "See what was set aside, and free it.", quarantine),
        group("learn", "See and try what was learned from people's answers.", learn),
        group("simulate", "Try the learner where everything is known.", simulate),
        group("config", "Show the configuration, or what it may hold.", config),
        group("keys", "Look after the keys that seal secrets.", keys),
        group("db", "Look after the store.", db),
    )
