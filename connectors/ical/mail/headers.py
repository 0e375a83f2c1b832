"""Header fields of a mail, written so that every reader finds in them what was meant (RFC 5322, RFC 2047).

What people wrote goes into a header whole or encoded, never parsed: a parser decodes what looks like an
encoded word, and what it held (line ends, other headers) would stand in the mail in clear.
"""

import re
from email.header import Header

from engine.text.plain_text import one_line

CRLF = "\r\n"
_LINE = 76
"""Characters of a line of a header that need no fold (RFC 2047 section 2)."""
_SPECIAL = re.compile(r"[^\w\s!#$%&'*+/=?^`{|}~-]")
"""What may not stand in a name outside of quotes (RFC 5322 section 3.2.3)."""
_LONGEST_PHRASE = 60
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_LOCAL = re.compile(r"[!-~]{1,64}\Z")
_DOMAIN = re.compile(r"(?!.{254})(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?\Z|\[[0-9.]{7,15}\]\Z")
_QUOTED_ENDS = re.compile(r'[\s"\\<>,;:@]')


def header_text(text: str) -> str:
    """Give a text as a header can mean it: one line, and nothing in it that a reader would decode."""
    return one_line(text).replace("=?", "= ?")


def phrase(name: str) -> str:
    """Give a name that needs no quotes and could not be taken for an address, even when decoded too early."""
    return header_text(_SPECIAL.sub(" ", one_line(name)))[:_LONGEST_PHRASE].strip()


def mail_address(email: str) -> str | None:
    """Give an address as it stands in a mail and goes to the relay, in ASCII; None where it is none."""
    local, at, domain = email.rpartition("@")
    try:
        host = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    if not at or "=?" in email or not _LOCAL.match(local) or _QUOTED_ENDS.search(local):
        return None
    if not _DOMAIN.match(host):
        return None
    return f"{local}@{host}" if _ATOMS.match(local) else f'"{local}"@{host}'


def text_field(name: str, text: str) -> str:
    """Write a header of free text, which `header_text` gave."""
    return f"{name}: {_encoded(text, len(name) + 2)}{CRLF}"


def address_field(name: str, display: str, address: str) -> str:
    """Write a header of one mailbox: a name that `phrase` gave, an address that `mail_address` gave."""
    if not display:
        return f"{name}: {address}{CRLF}"
    return f"{name}: {_encoded(display, len(name) + 2)}{CRLF} <{address}>{CRLF}"


def _encoded(text: str, before: int) -> str:
    if text.isascii() and before + len(text) <= _LINE:
        return text
    return Header(text, "utf-8", maxlinelen=_LINE, header_name=" " * (before - 2)).encode(linesep=CRLF)
