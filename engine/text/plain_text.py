"""Text of strangers, made fit for where lines and characters mean something: calendars, mail, logs, screens.

Control characters end lines early, colour terminals, erase what stands there, or turn its direction round.
"""

import json
import re

LONGEST_LINE = 1000
"""Characters of an error or a reason as it is kept and shown (the bound of `lastError`)."""

_LINE_ENDS = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and line feed, DEL, C1
    "\u2028\u2029"  # ends of lines and paragraphs
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # marks of direction
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # byte order mark, annotations, tags: never seen
    "\ud800-\udfff]"  # halves of a character, which no encoding takes
)

_PLAIN = bytes((*b"\t\n", *range(0x20, 0x7F)))
_CODES = re.compile(r"\[(?:Errno -?\d+|SSL(?:: [A-Z0-9_]+)?)\] ?|(?:: )?\(?_ssl\.c:\d+\)?")
"""What systems and OpenSSL put before and behind what they say."""


def plain_text(text: str, longest: int) -> str:
    """Take control characters out, keep lines as line feeds, and cut to so many bytes of UTF-8."""
    clean = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return clean.encode()[:longest].decode("utf-8", "ignore")


def without_control(text: str) -> str:
    """Take control characters out and leave lines and tabs as they are."""
    return text if _is_plain(text) else _CONTROL.sub("", text)


def escaped_control(json_text: str) -> str:
    """Write the control characters in a JSON text as JSON's escapes; it means the same."""
    if _is_plain(json_text):
        return json_text
    return _CONTROL.sub(lambda found: json.dumps(found[0])[1:-1], json_text)


def _is_plain(text: str) -> bool:
    """Whether a text is ASCII, and of control characters holds lines and tabs at most, as most texts do."""
    return text.isascii() and not text.encode().translate(None, _PLAIN)


def one_line(text: str, longest: int = LONGEST_LINE) -> str:
    """Give a text as one line of at most so many characters: line ends become spaces, control goes."""
    line = " ".join(_CONTROL.sub("", _LINE_ENDS.sub(" ", text)).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def without_codes(text: str) -> str:
    """Give what a system says without its numbers: not `[Errno 111] Connection refused`, but its words."""
    return _CODES.sub("", text).strip()
