"""A message cut into words: one lower-case form each, with the place where it stands in the text.

What is quoted, and an address, is one word that no rule looks into. A rule replaces what it reads by a mark,
so that each word is read once and later rules see what is there.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from engine.understand.words import NOT_MISSPELT, NUMBERS, SPELLED, WEEKDAYS

LONGEST_READ = 1_000
"""Characters of a message that is read; a longer one is asked about."""
MOST_WORDS = 160

_TOKEN = re.compile(
    r"""
    (?P<quote>"[^"\n]{1,300}"|(?<!\w)'(?=\w)[^'\n]{1,300}(?<=[\w.!?])'(?!\w))
    |(?P<address>[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8})
    |(?P<url>https?://\S+)
    |(?P<iso>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?)?)(?!\w)
    |(?P<numeric>\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{1,2}\.\d{1,2}\.(?:\d{4})?)(?![\w/])
    |(?P<pair>\d:\d(?!\d)|(?:[Oo]ne|1)-(?:on|to)-(?:[Oo]ne|1))(?!\w)
    |(?P<code>(?<!\w)[A-Za-z]{1,4}\d{1,4})(?!\w)
    |(?P<clock>\d{1,2}:\d\d)(?!\d)
    |(?P<ordinal>\d{1,2}(?:st|nd|rd|th))(?!\w)
    |(?P<number>\d{1,9}(?:\.\d{1,2})?)
    |(?P<slash>w/o|w/|w\.(?=\s)|b/c)
    |(?P<meridiem>[ap]\.m\.?(?!\w))
    |(?P<titled>(?:Dr|Mr|Mrs|Ms|Prof|St)\.)
    |(?P<zone>[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?)
    |(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*(?:-[^\W\d_]+(?:'[^\W\d_]+)*)*)
    |(?P<other>[^\s\w]|_)
    """,
    re.VERBOSE,
)
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "−": "-", "\u00a0": " "}
)
_EXPANDED = {
    "can't": "can not",
    "cant": "can not",
    "cannot": "can not",
    "won't": "will not",
    "wont": "will not",
    "don't": "do not",
    "dont": "do not",
    "let's": "let us",
    "lets": "let us",
    "i'm": "i am",
    "im": "i am",
    "pls": "please",
    "plz": "please",
    "tmrw": "tomorrow",
    "tmw": "tomorrow",
    "tonite": "today night",
    "w/": "with",
    "w": "with",
    "w.": "with",
    "w/o": "without",
    "a.m.": "am",
    "a.m": "am",
    "p.m.": "pm",
    "p.m": "pm",
    "o'clock": "oclock",
    "mtg": "meeting",
    "mins": "min",
    "minute": "min",
    "minutes": "min",
    "hr": "hour",
    "hrs": "hour",
    "hours": "hour",
    "h": "hour",
    "&": "and",
    "+": "and",
    "midday": "noon",
    "arvo": "afternoon",
    "ok": "okay",
    "hour's": "hour",
    "today's": "today",
    "tonight": "today night",
    "tonight's": "today night",
    "shortly": "soon",
    "nobody": "no one",
}
_ENDINGS = (
    ("n't", "not"),
    ("'re", "are"),
    ("'ll", "will"),
    ("'ve", "have"),
    ("'d", "would"),
    ("'m", "am"),
)
_JOINT = re.compile(r"\d-[^\W\d_]")
"""What makes one of `90-minute` and `3-ish`."""
_DAYS_OF_ONE = frozenset({"tomorrow", "week", "yesterday", "morning", "afternoon"})
_IS = frozenset(
    {"it's", "that's", "there's", "what's", "who's", "how's", "where's", "she's", "he's", "when's"}
)


class Phrase:
    """A pattern that is compiled when it is first looked for: there are hundreds, and most need none."""

    __slots__ = ("_compiled", "_pattern")

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """Give what finds it."""
        if self._compiled is None:
            self._compiled = re.compile(self._pattern)
        return self._compiled


class Word(NamedTuple):
    """One word, lower-case, or the mark of what was read; `start` and `end` are its place in the text."""

    form: str
    start: int
    end: int
    capital: bool = False

    @property
    def is_mark(self) -> bool:
        """Whether it stands for something that was read."""
        return self.form[0] == "«"


Item = TypeVar("Item")


@dataclass(slots=True)
class Line(Generic[Item]):
    """A message while it is read: its words, and the items that stand behind the marks."""

    text: str
    words: list[Word]
    items: list[Item] = field(default_factory=list)
    mended: int = 0
    _joined: str = ""
    _joined_of: list[Word] | None = None

    @property
    def joined(self) -> str:
        """Give the forms, with one space between."""
        if self._joined_of is not self.words:
            self._joined, self._joined_of = " ".join(word.form for word in self.words), self.words
        return self._joined

    def has(self, phrase: Phrase) -> bool:
        """Whether a pattern is somewhere in it."""
        return phrase.compiled.search(self.joined) is not None

    def replace(
        self, phrase: Phrase, read: "Callable[[re.Match[str], Line[Item]], tuple[str, Item] | None]"
    ) -> None:
        """Put a mark for each match that `read` makes an item of; its letter says what kind it is."""
        joined = self.joined
        out: list[Word] = []
        done = 0
        for found in phrase.compiled.finditer(joined):
            first = joined.count(" ", 0, found.start())
            after = first + found[0].count(" ") + 1
            made = read(found, self)
            if made is None:
                continue
            out += self.words[done:first]
            out.append(Word(self.put(*made), self.words[first].start, self.words[after - 1].end))
            done = after
        if done:
            self.words = [*out, *self.words[done:]]

    def put(self, letter: str, item: Item) -> str:
        """Keep an item; gives its mark."""
        self.items.append(item)
        return f"«{letter}{len(self.items) - 1}»"

    def item(self, mark: str) -> Item:
        """Give what stands behind a mark."""
        return self.items[int(mark[2:-1])]

    def source(self, start: int, end: int) -> str:
        """Give the message's own words between two places."""
        return self.text[start:end].strip()


def rule(pattern: str) -> Phrase:
    """Make a phrase of a pattern of whole words, each parted by one space."""
    return Phrase(rf"(?<!\S)(?:{pattern})(?!\S)")


def cut(text: str) -> list[Word]:
    """Cut a text into words."""
    words: list[Word] = []
    plain = text.translate(_PLAIN)
    for found in _TOKEN.finditer(plain):
        if found[0] == "-" and _JOINT.match(plain, max(found.start() - 1, 0)):
            continue
        words += _forms(found)
        if len(words) > MOST_WORDS:
            break
    return _joined_numbers(words)


def mend(words: Sequence[Word]) -> tuple[list[Word], int]:
    """Put misspelt words right; gives how many."""
    spelled = {form: _spelled(form) for form in {word.form for word in words}}
    mended = [word._replace(form=spelled[word.form]) for word in words]
    return mended, sum(spelled[word.form] != word.form for word in words)


def _forms(found: re.Match[str]) -> list[Word]:
    kind, text = str(found.lastgroup), found[0]
    start, end = found.span()
    if kind in ("quote", "address", "url"):
        return [Word(f"«{kind[0].upper()}»", start, end)]
    if kind == "zone":
        return [Word(f"«Z{text}»", start, end)]
    if kind == "iso" and "T" in text:
        return [Word(text[:10], start, start + 10), Word(text[11:16], start + 11, end)]
    if kind == "other" and text in "«»":
        return []
    if kind == "word":
        return _of_word(text, start)
    form = _EXPANDED.get(text.lower(), text.lower())
    return [Word(form, start, end, text[:1].isupper())]


def _of_word(text: str, start: int) -> list[Word]:
    capital = text[0].isupper()
    parts = text.split("-")
    days = all(part.lower() in WEEKDAYS for part in parts)
    if len(parts) > 1 and (days or not (capital and all(part[:1].isupper() for part in parts))):
        out: list[Word] = []
        at = start
        for part in parts:
            out += [Word("-", at - 1, at)] if days and out else []
            out += _of_word(part, at)
            at += len(part) + 1
        return out
    low = text.lower()
    if low == "w" and capital:
        return [Word(low, start, start + 1, True)]
    forms = _EXPANDED.get(low) or _parted(low)
    return [Word(form, start, start + len(text), capital) for form in forms.split()]


def _parted(low: str) -> str:
    if low in _IS:
        return f"{low[:-2]} is"
    if low.endswith("'s") and (low[:-2] in WEEKDAYS or low[:-2] in _DAYS_OF_ONE):
        return f"{low[:-2]} 's"
    for ending, meant in _ENDINGS:
        if low.endswith(ending) and len(low) > len(ending):
            return f"{low[: -len(ending)]} {meant}"
    return low


def _joined_numbers(words: list[Word]) -> list[Word]:
    """Write numbers that are words in figures; `one` may be anybody, and stays."""
    out: list[Word] = []
    for word in words:
        number = NUMBERS.get(word.form)
        if number is not None and number < 10 and out and _is_spelt_ten(out[-1]):
            out[-1] = Word(str(int(out[-1].form) + number), out[-1].start, word.end)
        else:
            out.append(word if number is None or word.form == "one" else word._replace(form=str(number)))
    return out


def _is_spelt_ten(word: Word) -> bool:
    return word.form in ("20", "30", "40", "50") and word.end - word.start > 2


def _spelled(form: str) -> str:
    if len(form) < 5 or form[0] == "«" or form in SPELLED or form in NOT_MISSPELT:
        return form
    near = [right for right in SPELLED if abs(len(right) - len(form)) <= 2 and right[0] == form[0]]
    for right in sorted(near, key=lambda each: (abs(len(each) - len(form)), each)):
        if _distance(form, right) <= (2 if len(right) >= 8 and len(form) >= 7 else 1):
            return right
    return form


def _distance(one: str, other: str) -> int:
    """Count the letters to change, leave out, put in or swap."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        last, row, older = row, [i], before
        for j, right in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        before = last
    return row[-1]
