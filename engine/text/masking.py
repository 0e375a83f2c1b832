"""What is secret, taken out of what is told: by its value, in whatever form, and by its look."""

import binascii
import html
import json
import re
import threading
from base64 import b64decode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from typing import AnyStr, Generic
from urllib.parse import unquote_to_bytes, urlsplit

MASK = "(masked)"
SHORTEST = 4
"""Characters of a value below which it is not looked for: without `a`, nothing could be read any more."""
MOST = 20_000
"""Values that are remembered; the oldest make room, as tokens do that have long been spent."""
_FEW = 200
"""Values that are sooner looked for one by one."""
_LONGEST_WORD = 10
"""Letters of a value that may be a word of every day: it is masked where it stands alone, not in others."""
_SHORTEST_PIECE = 8
"""Characters of a part of a longer secret: a line of a key, the path of an address."""
_ESCAPED = r"(?<=\\[abfnrtv0])|(?<=\\x[0-9A-Fa-f]{2})|(?<=\\u[0-9A-Fa-f]{4})"
_RUN = re.compile(r"[A-Za-z0-9+/_-]{6,}={0,2}")
"""What may be base64 or hex."""
_PERCENT = re.compile(r"[^\s'\"<>%]*(?:%[0-9A-Fa-f]{2}[^\s'\"<>%]*)+")


@cache
def _by_look() -> re.Pattern[str]:
    """Make the pattern of what looks like a secret once it is looked for: that takes its time."""
    return re.compile(
        r"ya29\.[\w.~+/-]+"  # Google's access tokens
        r"|\b1//[\w-]+"  # and refresh tokens
        r"|\b4/[01][\w-]{20,}"  # and authorisation codes
        r"|GOCSPX-[\w-]+"  # and client secrets
        r"|\bAIza[\w-]{30,}"  # and keys
        r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*"  # signed tokens
        r"|-----BEGIN [A-Z ]*PRIVATE KEY-----(?:(?!-----END).)*(?:-----END [A-Z ]*PRIVATE KEY-----)?"
        r"|(?:(?<=Bearer )|(?<=Basic )|(?<=Digest ))"
        r"(?!(?:auth\w*|challenges?|credentials?|realms?|schemes?|tokens?)\b)[^\s'\"\\]+"  # as in headers
        r"|(?i:(?<=bearer )|(?<=basic )|(?<=digest ))"
        r"(?!\(?[a-z]{2,14}(?![^\s.,;:!?)]))[^\s'\"\\]+"  # but no word of prose
        r"|(?i:(?<=authorization: bearer )|(?<=authorization: basic )|(?<=authorization: digest ))[^\s'\"\\]+"
        r"|(?<=://)[^/\s:@'\"]*:[^/\s@'\"]+(?=@)"  # addresses with a user and password
        r"|(?<=/private-)[\w-]+(?=/)"  # Google's secret feed addresses
        r"|(?<=/calendar/)[0-9a-f]{32,}@[\w./-]+"  # Outlook's
        r"|(?<=/published/)\d+/[\w=/-]{20,}"  # iCloud's
        r"|(?i:(?<=\bpassword=)|(?<=\btoken=)|(?<=\bsecret=)|(?<=\bsig=)|(?<=\bkey=)|(?<=\bcode=)(?!\d{1,3}(?!\w))"
        r"|(?<=_token=)|(?<=_secret=))[^\s&'\"]+",
        re.DOTALL,
    )


class _Values(Generic[AnyStr]):
    """Tells which of many values a text holds: it is looked for what stands in the middle of each.

    Many tokens begin alike, and many addresses end alike.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_middle: dict[AnyStr, dict[AnyStr, None]] = {}
        self._all: dict[AnyStr, None] = {}

    def add(self, value: AnyStr) -> None:
        """Look for one from now on."""
        with self._lock:
            self._all[value] = None
            self._by_middle.setdefault(_middle(value), {})[value] = None

    def remove(self, value: AnyStr) -> None:
        """Look for one no more."""
        with self._lock:
            middle = _middle(value)
            del self._all[value], self._by_middle[middle][value]
            if not self._by_middle[middle]:
                del self._by_middle[middle]

    def held(self, text: AnyStr) -> list[AnyStr]:
        """Give those that stand somewhere in a text."""
        with self._lock:
            return [value for value in self._likely(text) if value in text]

    def _likely(self, text: AnyStr) -> Iterable[AnyStr]:
        if len(self._all) < _FEW:
            return self._all
        parts = {text[at : at + SHORTEST] for at in range(len(text) - SHORTEST + 1)}
        return (value for part in parts for value in self._by_middle.get(part, ()))


def _middle(value: AnyStr) -> AnyStr:
    at = (len(value) - SHORTEST) // 2
    return value[at : at + SHORTEST]


class Masks:
    """The secrets that a process has seen; whoever reads or opens one adds it. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[str, bytes] = {}
        self.clear()

    def add(self, secret: str | None) -> None:
        """Have a value masked from now on, in whatever form it is told."""
        if secret is None or secret in self._values or len(secret.strip()) < SHORTEST:
            return
        with self._lock:
            for form in _forms(secret):
                if form not in self._values:
                    raw = self._values[form] = form.encode("utf-8", "surrogatepass")
                    self._plain.add(form)
                    self._raw.add(raw)
            while len(self._values) > MOST:
                oldest = next(iter(self._values))
                self._plain.remove(oldest)
                self._raw.remove(self._values.pop(oldest))

    def clear(self) -> None:
        """Know no secret any more, as a process that begins."""
        with self._lock:
            self._values.clear()
            self._plain, self._raw = _Values[str](), _Values[bytes]()

    def masked(self, text: str) -> str:
        """Take out of a text what was added, and what looks like a secret."""
        return _by_look().sub(MASK, _encoded(_plain(text, self._plain), self._raw))


def _plain(text: str, values: _Values[str]) -> str:
    for value in sorted(values.held(text), key=len, reverse=True):
        text = _by_itself(value).sub(MASK, text) if _may_be_a_word(value) else text.replace(value, MASK)
    return text


def _may_be_a_word(value: str) -> bool:
    """Tell whether a value might be part of what anybody writes: `secret` is, of `client_secret_file`."""
    return len(value) <= _LONGEST_WORD and value.isalpha()


def _by_itself(value: str) -> re.Pattern[str]:
    r"""Find a value that is no part of a longer word; `\n` and its like before it are none."""
    return re.compile(rf"(?:(?<!\w)|{_ESCAPED}){re.escape(value)}(?!\w)")


def _encoded(text: str, values: _Values[bytes]) -> str:
    """Mask what holds a value when it is decoded: all is decoded first, since it seldom does."""
    runs = {found[0]: _decoded(found[0]) for pattern in (_RUN, _PERCENT) for found in pattern.finditer(text)}
    together = b"\n".join(runs.values())
    held = values.held(together)
    if held:
        for run in sorted(runs, key=len, reverse=True):
            if any(raw in runs[run] for raw in held):
                text = text.replace(run, MASK)
    return text


def _decoded(run: str) -> bytes:
    """Decode a word in each way that it can be, and once more what was percent-encoded."""
    if "%" in run:
        raw = unquote_to_bytes(run.replace("+", "%20"))
        inner = raw.decode("utf-8", "replace")
        words = _RUN.findall(inner) if inner != run else []
        return b"\n".join([raw, unquote_to_bytes(run), *(_decoded(word) for word in words)])
    plain = run.rstrip("=").replace("-", "+").replace("_", "/")
    ways = [b64decode(plain[at : at + (len(plain) - at) // 4 * 4]) for at in range(4)]
    tails = [_tail(plain[at:]) for at in range(4)]
    with suppress(ValueError):
        ways.append(bytes.fromhex(run))
    return b"\n".join([*ways, *tails])


def _tail(plain: str) -> bytes:
    """Decode base64 to its last byte, however it was padded."""
    try:
        return b64decode(plain + "=" * (-len(plain) % 4))
    except binascii.Error:
        return b""


def _forms(secret: str) -> Iterator[str]:
    """Give a secret, what of it alone would give it away, and how each is written in code and markup."""
    for piece in _pieces(secret.strip()):
        yield piece
        yield repr(piece)[1:-1]
        yield ascii(piece)[1:-1]
        yield repr(piece.encode("utf-8", "surrogatepass"))[2:-1]
        yield json.dumps(piece)[1:-1]
        yield html.escape(piece)


def _pieces(secret: str) -> Iterator[str]:
    yield secret
    lines = (line.strip() for line in secret.splitlines())
    yield from (line for line in lines if len(line) >= _SHORTEST_PIECE)
    if "://" not in secret:
        return
    try:
        parts = urlsplit(secret)
        pieces = (parts.path, parts.path.lstrip("/"), parts.query, parts.password)
    except ValueError:
        return
    yield from (piece for piece in pieces if piece and len(piece) >= _SHORTEST_PIECE)
