"""Who reads, and who the people are that are spoken of."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from daemon.terminal.times import Reader, place
from engine.ids import UserId
from engine.model.user import User
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant
from engine.time.span import Instant

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True, slots=True)
class Audience:
    """Who reads of it, and who the people are; `you` is the reader, where that is one of them."""

    reader: Reader
    people: Mapping[UserId, User]
    you: UserId | None = None

    def name(self, user: str) -> str:
        """Name somebody."""
        if user == self.you:
            return "you"
        known = self.people.get(UserId(user))
        return user if known is None else one_line(known.name)

    def local(self, text: str) -> str:
        """Give a line with its moments as the reader tells them."""
        return MOMENT.sub(
            lambda found: self.reader.soon(parse_instant(found[0]), seconds=True), one_line(text)
        )

    def others(self, at: Instant, users: Sequence[str]) -> str:
        """Tell a moment on the clocks of those who have another one."""
        told = []
        for user in users:
            known = self.people.get(UserId(user))
            zone = self.reader.zone if known is None else known.timezone
            if user != self.you and zone != self.reader.zone:
                local = Reader(zone, self.reader.now)
                told.append(f"{self.name(user)} {_other_day(self.reader, local, at)} in {place(zone)}")
        return " · ".join(told)


def _other_day(reader: Reader, local: Reader, at: Instant) -> str:
    return local.clock(at) if reader.day(at) == local.day(at) else local.when(at)
