"""`gatherly contact …`: whom one knows."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from daemon.commands.people.asking import As, Asked, Id, asked
from daemon.commands.people.contact_words import (
    brief_words,
    contact_name,
    contact_words,
    graph_words,
    hits_words,
    list_words,
    nobody_words,
    timeline_words,
)
from daemon.terminal.documents import read_bytes
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer
from daemon.terminal.times import counted
from engine.errors import InputError
from engine.model.relations import InteractionType

Name = Annotated[str | None, typer.Option("--name", metavar="N", help="Their full name.")]
Emails = Annotated[list[str] | None, typer.Option("--email", metavar="A", help="An address; repeatable.")]
Company = Annotated[str | None, typer.Option("--company", metavar="C", help="Where they work.")]
Job = Annotated[str | None, typer.Option("--job-title", metavar="J", help="As what.")]
Phone = Annotated[str | None, typer.Option("--phone", metavar="P", help="Their telephone.")]
Location = Annotated[str | None, typer.Option("--location", metavar="L", help="Where they are.")]
Bio = Annotated[str | None, typer.Option("--bio", metavar="B", help="About them.")]
LinkedIn = Annotated[str | None, typer.Option("--linkedin-url", metavar="U", help="Their page.")]
Notes = Annotated[str | None, typer.Option("--notes", metavar="B", help="Your note.")]
Birthday = Annotated[str | None, typer.Option("--birthday", metavar="D", help="Like 1980-11-27, or --11-27.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="T", help="A tag; repeatable.")]


def listed(
    config: Config,
    user: As,
    sort: Annotated[str, typer.Option("--sort", help="strength, recent or name.")] = "strength",
    tag: Annotated[str | None, typer.Option("--tag", metavar="T", help="With this tag alone.")] = None,
    archived: Annotated[bool, typer.Option("--archived", help="Those put away.")] = False,
    as_json: Json = False,
) -> int:
    """List contacts, the strongest first."""
    with asked(config, user) as one:
        found = one.contacts.listed(sort, tag, archived=archived)
        print_answer(
            as_json,
            lambda: found,
            lambda: list_words(found, one.reader, nobody_words(tag, archived=archived)),
        )
    return 0


def show(id_: Id, config: Config, user: As, as_json: Json = False) -> int:
    """Show a contact, and why it is as strong as it is."""
    with asked(config, user) as one:
        found = one.contacts.show(one.contact(id_))
        print_answer(as_json, lambda: found, lambda: contact_words(found, one.reader))
    return 0


def add(
    config: Config,
    user: As,
    name: Name = None,
    email: Emails = None,
    company: Company = None,
    job_title: Job = None,
    phone: Phone = None,
    location: Location = None,
    bio: Bio = None,
    linkedin_url: LinkedIn = None,
    notes: Notes = None,
    birthday: Birthday = None,
    tag: Tags = None,
    as_json: Json = False,
) -> int:
    """Enter a contact by hand."""
    values = _values(
        full_name=name,
        company=company,
        job_title=job_title,
        phone=phone,
        location=location,
        bio=bio,
        linkedin_url=linkedin_url,
        notes=notes,
        birthday=birthday,
        emails=email or None,
        tags=tag or None,
    )
    with asked(config, user) as one:
        found = one.contacts.add(values)
        print_answer(as_json, lambda: found, lambda: contact_words(found, one.reader))
    return 0


def edit(
    id_: Id,
    config: Config,
    user: As,
    name: Name = None,
    email: Emails = None,
    company: Company = None,
    job_title: Job = None,
    phone: Phone = None,
    location: Location = None,
    bio: Bio = None,
    linkedin_url: LinkedIn = None,
    notes: Notes = None,
    birthday: Birthday = None,
    tag: Tags = None,
    untag: Annotated[list[str] | None, typer.Option("--untag", metavar="T", help="Take it away.")] = None,
    as_json: Json = False,
) -> int:
    """Change a contact; what is not named stays, an empty text takes a value away."""
    values = _values(
        full_name=name,
        company=company,
        job_title=job_title,
        phone=phone,
        location=location,
        bio=bio,
        linkedin_url=linkedin_url,
        notes=notes,
        birthday=birthday,
        emails=email or None,
    )
    if not values and not tag and not untag:
        raise InputError("Nothing was named to change", "Give --name, --company or another option")
    with asked(config, user) as one:
        found = one.contacts.retag(one.contact(id_), tag or (), untag or (), values)
        print_answer(as_json, lambda: found, lambda: contact_words(found, one.reader))
    return 0


def _values(**given: Any) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def merge(
    id_: Id,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Whose data the first one takes over.")],
    config: Config,
    user: As,
    as_json: Json = False,
) -> int:
    """Join two contacts that are one person; the first one is left."""
    from daemon.app.relations.merging import merge as merged

    with asked(config, user) as one:
        found = merged(one.desk, one.contact(id_), one.contact(other))
        print_answer(as_json, lambda: found, lambda: contact_words(found, one.reader))
    return 0


def unmerge(id_: Id, config: Config, user: As, as_json: Json = False) -> int:
    """Take apart again what was merged into a contact."""
    from daemon.app.relations.merging import unmerge as parted

    with asked(config, user) as one:
        found = parted(one.desk, one.contact(id_))
        print_answer(as_json, lambda: found, lambda: list_words(found, one.reader))
    return 0


def archive(id_: Id, config: Config, user: As) -> int:
    """Put a contact away; nothing is told of them any more."""
    with asked(config, user) as one:
        whom = one.contacts.archive(one.contact(id_))
    print(f"{contact_name(whom)} is put away; `gatherly contact restore` brings them back.", file=sys.stderr)
    return 0


def restore(id_: Id, config: Config, user: As) -> int:
    """Bring a contact back that was put away."""
    with asked(config, user) as one:
        whom = one.contacts.archive(one.contact(id_), archived=False)
    print(f"{contact_name(whom)} is back in the list.", file=sys.stderr)
    return 0


def forget(id_: Id, config: Config, user: As) -> int:
    """Remove a contact for good; they do not come back by themselves."""
    with asked(config, user) as one:
        whom = one.contacts.show(one.contact(id_), noted=False)
        one.contacts.delete(whom["id"])
    print(
        f"{contact_name(whom)} is forgotten; they come back only when you enter them by hand.",
        file=sys.stderr,
    )
    return 0


def bring_in(
    config: Config,
    user: As,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE.vcf]", help="Cards; - is standard input.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="CONNECTOR", help="The address books of this account (CardDAV)."),
    ] = None,
) -> int:
    """Take cards in; 1 where one is broken, the others are taken in all the same."""
    from connectors.cards.vcard import cards_of
    from daemon.app.relations.card_files import CardFiles

    if (file is None) == (source is None):
        raise typer.BadParameter("Name a file, or give --from CONNECTOR")
    with asked(config, user) as one:
        text = _cards_of_account(one, source) if source is not None else _cards_in(file or Path("-"))
        taken, broken = CardFiles(one.desk).take_in(cards_of(text))
    if file is not None and not taken and not broken:
        raise InputError(f"No card is in {file}", "Give a file of cards, vCard 3.0 or 4.0")
    lines = [f"Card {each.number} cannot be read: {each.reason}" for each in broken]
    came = f"Taken in: {counted(taken, 'card')}."
    print("\n".join([*lines[:-1], ". ".join([*lines[-1:], came])]), file=sys.stderr)
    return 1 if broken else 0


def _cards_in(file: Path) -> bytes:
    from connectors.cards.vcard import LONGEST_FILE

    return read_bytes(file, LONGEST_FILE)


def _cards_of_account(one: Asked, name: str) -> bytes:
    from daemon.app.relations.card_files import account_cards

    return account_cards(one.desk, name)


def hand_out(config: Config, user: As) -> int:
    """Print every contact as a card, archived ones too."""
    from daemon.app.relations.card_files import CardFiles

    with asked(config, user) as one:
        text = CardFiles(one.desk).hand_out()
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()
    return 0


def log(
    id_: Id,
    config: Config,
    user: As,
    type_: Annotated[InteractionType, typer.Option("--type", help="What it was.")],
    at: Annotated[str, typer.Option("--at", metavar="T", help="When.")],
    note: Annotated[str | None, typer.Option("--note", metavar="N", help="What to remember.")] = None,
    minutes: Annotated[
        int | None, typer.Option("--minutes", metavar="M", min=0, max=14400, help="How long.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Note an interaction that no calendar saw."""
    with asked(config, user) as one:
        values = {
            "contact_id": one.contact(id_),
            "interaction_type": type_,
            "interaction_date": one.instant(at),
            "content": note,
            "duration_minutes": minutes,
        }
        found = one.interactions.add(values)
        print_answer(as_json, lambda: found, lambda: timeline_words([found], one.reader))
    return 0


def timeline(id_: Id, config: Config, user: As, as_json: Json = False) -> int:
    """List a contact's interactions, newest first."""
    with asked(config, user) as one:
        found = one.contacts.timeline(one.contact(id_))
        print_answer(as_json, lambda: found, lambda: timeline_words(found, one.reader))
    return 0


def graph(
    config: Config,
    user: As,
    svg: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Draw it there.")] = None,
    as_json: Json = False,
) -> int:
    """Tell who is met together."""
    from daemon.app.relations.graph import drawing
    from daemon.app.relations.graph import graph as known
    from daemon.pages.picture import save
    from engine.documents.relations import graph_document

    with asked(config, user) as one:
        contacts, ties = known(one.desk)
    if svg is not None:
        save(drawing(contacts, ties), svg)
    found = graph_document(contacts, ties)
    if svg is None or as_json:
        print_answer(as_json, lambda: found, lambda: graph_words(found))
    return 0


def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Words to look for.")],
    config: Config,
    user: As,
    as_json: Json = False,
) -> int:
    """Find people, interactions and memories."""
    from daemon.app.relations.searching import search as found_by

    with asked(config, user) as one:
        found = found_by(one.desk, text, one.desk.access.indexes)
    print_answer(as_json, lambda: found, lambda: hits_words(found, one.reader))
    return 0


def brief(
    config: Config,
    user: As,
    id_: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="The contact's id or its beginning, address or name.")
    ] = None,
    session: Annotated[str | None, typer.Option("--session", metavar="ID", help="Before a session.")] = None,
    coming: Annotated[bool, typer.Option("--next", help="Before the next event.")] = False,
    as_json: Json = False,
) -> int:
    """Say what there is to know before meeting somebody, each sentence with its sources."""
    from daemon.app.relations.briefings import Briefings
    from daemon.app.session_views import SessionViews

    if sum((id_ is not None, session is not None, coming)) != 1:
        raise typer.BadParameter("Name a contact, or give --session ID, or --next; just one of them")
    with asked(config, user) as one:
        desk = Briefings(one.desk)
        if id_ is not None:
            found = desk.of_contact(one.contact(id_))
        elif session is not None:
            found = desk.of_session(
                SessionViews(store=one.desk.access.store, principal=one.desk.principal).named(session)
            )
        else:
            found = desk.of_next()
        print_answer(as_json, lambda: found, lambda: brief_words(found, one.reader))
    return 0
