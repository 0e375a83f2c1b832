"""People with folders, a mail relay on loopback, and a clock that tests move."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from engine.time.span import MINUTE
from tests.standins.mailserver import HOST, Mailroom, mail_server
from tests.worlds.folder_world import FolderWorld, Somebody

MAIL = '[mail]\nsmtp = "smtp://{host}:{port}"\nfrom = "gatherly@example.com"\n[api]\npublic_url = "http://127.0.0.1:8765"\n'
MONDAY = "2026-11-16T08:00:00Z"
ALICE = Somebody(name="alice", zone="America/Los_Angeles")
BOB = Somebody(name="bob", zone="Europe/Berlin")
DAVE = Somebody(name="dave", zone="Asia/Tokyo", writes=False)
UNDOING = 3 * MINUTE
"""Longer than what is withdrawn lies in quarantine."""


class NoticeWorld(FolderWorld):
    """A folder world whose people are told by mail; `letters` are what the relay took."""

    room: Mailroom

    def letters(self, to: str = "", kind: str = "") -> list[EmailMessage]:
        """Give what somebody was sent of a kind, oldest first."""
        found = zip(self.room.recipients, self.room.messages(), strict=True)
        return [
            one
            for recipient, one in found
            if recipient.startswith(f"{to}@" if to else "") and one["X-Gatherly-Kind"].startswith(kind)
        ]

    def kinds(self, to: str) -> list[str]:
        """Give the kinds of what somebody was sent, oldest first."""
        return [str(one["X-Gatherly-Kind"]) for one in self.letters(to)]

    def undo(self) -> None:
        """Let what is withdrawn be gone from every calendar, and what follows be told."""
        self.run_once()
        self.pass_time(UNDOING)
        self.run_once()


def text_of(letter: EmailMessage) -> str:
    """Give a letter's plain text."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(letter: EmailMessage) -> str:
    """Give a letter's HTML."""
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())


@contextmanager
def noticing(
    root: Path, *people: Somebody, settings: str = "", room: Mailroom | None = None, now: str = MONDAY
) -> Iterator[NoticeWorld]:
    """Give a world with a relay."""
    room = room or Mailroom()
    with mail_server(room) as port:
        chosen = people or (ALICE, BOB, DAVE)
        world = NoticeWorld(root, chosen, now, MAIL.format(host=HOST, port=port) + settings)
        world.room = room
        yield world
