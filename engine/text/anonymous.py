"""Texts made fit to be given to strangers: people, their words and their places are no longer in them."""

import re
from collections.abc import Iterable

SHORTEST = 3
"""Letters of a word below which it is not looked for: without `a`, nothing could be read any more."""
_ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)*", re.UNICODE)
_URL = re.compile(r"\b([a-z][a-z0-9+]{2,20})://[^\s'\"<>)\]},;]+", re.IGNORECASE)
_IP = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)|\[[0-9a-f:]{3,}\]", re.IGNORECASE)
_HOME = re.compile(r"(?<![\w/])/(?:home|Users|root)(?:/[^\s/'\":,]+)?")
LOCAL = frozenset({"127.0.0.1", "[::1]"})


class Anonymous:
    """Puts another word in the place of each that is known, and of whatever looks like an address."""

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        words = [(word.strip(), other) for word, other in known if len(word.strip()) >= SHORTEST]
        self._known = {word.casefold(): other for word, other in reversed(words)}
        longest = sorted(dict(words), key=len, reverse=True)
        self._words = re.compile(
            "|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in longest) or r"(?!)", re.IGNORECASE
        )

    def text(self, text: str) -> str:
        """Give a text without them."""
        text = self._words.sub(self._other, text)
        text = _URL.sub(lambda found: f"{found[1].lower()}://(address)", text)
        text = _ADDRESS.sub("(address)", text)
        text = _IP.sub(lambda found: found[0] if found[0] in LOCAL else "(address)", text)
        return _HOME.sub("~", text)

    def _other(self, found: re.Match[str]) -> str:
        return self._known.get(found[0].casefold(), "(word)")
