"""A message on its way to a reading: its words marked by the rules."""

from dataclasses import dataclass
from datetime import date, datetime

from engine.understand.facts import When
from engine.understand.people import People
from engine.understand.reading import Context
from engine.understand.tokens import Phrase


@dataclass(slots=True)
class Message:
    """A message whose words are marked, and what stands in it."""

    base: str
    """Its words and marks before the title was taken out."""
    when: When
    people: People
    title: str | None
    quoted: bool
    mended: int
    timeframe: str | None
    preference: str | None
    left: list[str]
    today: date
    now: datetime
    zone: str
    context: Context

    def has(self, phrase: Phrase) -> bool:
        """Whether one of a kind of phrases is in it."""
        return phrase.compiled.search(self.base) is not None
