"""An account's address books (CardDAV, RFC 6352), at the server whose calendars are read."""

from collections.abc import Iterator, Sequence

from connectors.ical.caldav import bodies
from connectors.ical.caldav.client import DavClient
from connectors.ical.caldav.directory import ask_itself, follow
from connectors.ical.caldav.multistatus import (
    CARD_HOME_SET,
    CARDDAV,
    CONTENT_TYPE,
    ETAG,
    PRINCIPAL,
    RESOURCE_TYPE,
    Multistatus,
)
from connectors.ical.caldav.places import Place, beside
from connectors.web.urls import Url
from engine.errors import SourceError, SourceExpiredError, SourceIncompleteError, SourceUnavailableError

WELL_KNOWN = "/.well-known/carddav"
COLLECTION = "{DAV:}collection"
BATCH = 50
"""Cards asked for at once: pictures lie in them."""
MOST_CARDS = 20_000


def cards(client: DavClient, url: Url) -> Iterator[bytes]:
    """Give every card of every address book of the account.

    Raises:
        SourceExpiredError: the password is wrong.
        SourceError: no answer, no address book, or fewer cards than there are.
    """
    given = 0
    for book in _books(client, url):
        for card in _of_book(client, book):
            given += 1
            if given > MOST_CARDS:
                raise SourceIncompleteError(f"{url.label} holds more than {MOST_CARDS} cards")
            yield card


def _books(client: DavClient, url: Url) -> list[Url]:
    """Find the address books, from the address that is given and from where CardDAV is announced."""
    refusal: SourceError | None = None
    for start in dict.fromkeys((url, url.joined(WELL_KNOWN))):
        try:
            found = list(_books_from(client, start))
        except SourceExpiredError:
            raise
        except SourceUnavailableError as error:
            refusal = refusal or error
            continue
        if found:
            return found
    raise refusal or SourceUnavailableError(
        f"{url.label} names no address book", "Import a file with gatherly contact import FILE.vcf"
    )


def _books_from(client: DavClient, start: Url) -> Iterator[Url]:
    answer = ask_itself(client, start, (RESOURCE_TYPE, PRINCIPAL, CARD_HOME_SET))
    if f"{CARDDAV}addressbook" in answer.members[0].inner(RESOURCE_TYPE):
        yield answer.url.as_folder
        return
    principal = _principal(client, answer)
    for href in principal.members[0].hrefs(CARD_HOME_SET):
        home = client.propfind(follow(client, principal.url, href).as_folder, (RESOURCE_TYPE,), 1)
        for member in home.members:
            if f"{CARDDAV}addressbook" in member.inner(RESOURCE_TYPE):
                yield beside(home.url, member.href).as_folder


def _principal(client: DavClient, answer: Multistatus) -> Multistatus:
    member = answer.members[0]
    if member.hrefs(CARD_HOME_SET) or not member.hrefs(PRINCIPAL):
        return answer
    place = follow(client, answer.url, member.hrefs(PRINCIPAL)[0])
    return ask_itself(client, place, (RESOURCE_TYPE, CARD_HOME_SET))


def _of_book(client: DavClient, book: Url) -> Iterator[bytes]:
    listed = client.propfind(book, (ETAG, CONTENT_TYPE, RESOURCE_TYPE), 1)
    place = Place(url=book)
    hrefs = [
        member.href
        for member in listed.members
        if place.object_name(member.href) is not None
        and "{DAV:}collection" not in member.inner(RESOURCE_TYPE)
    ]
    for at in range(0, len(hrefs), BATCH):
        yield from _batch(client, book, hrefs[at : at + BATCH])


def _batch(client: DavClient, book: Url, hrefs: Sequence[str]) -> Iterator[bytes]:
    """Ask for some cards; one that went since it was listed is no trouble, one that is not answered is.

    Raises:
        SourceIncompleteError: the server answers fewer than were asked for.
    """
    answer = client.multistatus(client.report(book, bodies.address_multiget(hrefs), 1))
    if len(answer.members) < len(hrefs):
        told = f"{book.label} answered {len(answer.members)} of {len(hrefs)} cards"
        raise SourceIncompleteError(told, "Trying again may help")
    yield from (one.card.encode() for one in answer.members if one.card)
