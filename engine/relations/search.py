"""Finding rows by their words: every word of the question has to begin one of the row's."""

import math
import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

_WORD = re.compile(r"\w+")
MOST_ROWS = 300_000
"""Rows of one person that are kept in memory; the oldest of more are not searched."""
MOST_WORDS = 400
"""Words of one row that count."""
LONGEST_WORD = 60
"""Letters of a word that count."""
MOST_IN_ALL = 3_000_000
"""Words that all rows of one person have together, of each row its own: what they take in memory."""
MOST_ENDINGS = 200
"""Words that one beginning stands for."""

Key = tuple[str, str]
"""Kind and id of a row."""


def words_of(text: str) -> Sequence[str]:
    """Give a text's words in one spelling: lower case, without accents."""
    if text.isascii():
        return _WORD.findall(text.lower())
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))


@dataclass(slots=True)
class WordIndex:
    """The words of one person's rows, in memory alone; rows may be put anew and taken away."""

    most: int = MOST_IN_ALL
    _rows: dict[Key, frozenset[str]] = field(default_factory=dict)
    _in_all: int = 0
    _by_word: dict[str, set[Key]] = field(default_factory=lambda: defaultdict(set))
    _sorted: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._rows)

    def put(self, key: Key, texts: Iterable[str | None]) -> None:
        """Take a row in, or in the place of what it was; beyond a bound no more are taken in."""
        words = [word for text in texts if text for word in words_of(text)][:MOST_WORDS]
        found = frozenset(word[:LONGEST_WORD] for word in words)
        if self._rows.get(key) == found:
            return
        self.drop(key)
        if len(self._rows) >= MOST_ROWS or self._in_all + len(found) > self.most:
            return
        self._rows[key] = found
        self._in_all += len(found)
        for word in found:
            if word not in self._by_word:
                self._sorted = []
            self._by_word[word].add(key)

    def drop(self, key: Key) -> None:
        """Take a row away."""
        gone = self._rows.pop(key, frozenset())
        self._in_all -= len(gone)
        for word in gone:
            self._by_word[word].discard(key)
            if not self._by_word[word]:
                del self._by_word[word]
                self._sorted = []

    def find(self, question: str) -> Mapping[Key, float]:
        """Give the rows that have every word of a question, each with how well it fits, in (0, 1]."""
        asked = list(dict.fromkeys(word[:LONGEST_WORD] for word in words_of(question)))
        if not asked:
            return {}
        of_words = [self._beginning(word) for word in asked]
        keys = set(of_words[0]).intersection(*of_words[1:])
        most = len(asked) * self._rarity(1)
        return {key: min(1.0, sum(found[key] for found in of_words) / most) for key in keys}

    def _beginning(self, word: str) -> Mapping[Key, float]:
        """Weigh the rows of words with a beginning: the rarer the word, and the more of it is named."""
        if not self._sorted:
            self._sorted = sorted(self._by_word)
        found: dict[Key, float] = {}
        at = bisect_left(self._sorted, word)
        for ending in self._sorted[at : at + MOST_ENDINGS]:
            if not ending.startswith(word):
                break
            weight = self._rarity(len(self._by_word[ending])) * len(word) / len(ending)
            for key in self._by_word[ending]:
                found[key] = max(found.get(key, 0.0), weight)
        return found

    def _rarity(self, rows: int) -> float:
        return math.log(1 + (1 + len(self._rows)) / (1 + rows)) + 0.1
