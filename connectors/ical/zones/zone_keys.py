"""Which of a file's own zones a name means, where the two are not written alike.

VTIMEZONE's TZID is a text with escapes, the parameter is quoted or not, and programs number, shorten or
write in another case what they have defined.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from connectors.ical.zones.names import unnumbered

_TZID = re.compile(rb"\nTZID[^:\n]*:([^\n]*(?:\n[ \t][^\n]*)*)")
_NAMED = re.compile(rb';TZID=("[^"\r\n]*"|[^";:\r\n]*(?:\\[;:,][^";:\r\n]*)*)(?=[;:\r\n])')
_FOLD = re.compile(rb"\r?\n[ \t]")
_ESCAPE = re.compile(r"\\(.)")


def renamed(text: bytes) -> bytes:
    """Write each name of a zone as the zone's own definition in the text writes it."""
    defined = set(_defined(text))
    if not defined:
        return text
    heads = {piece[: piece.find(b":")] for piece in text.split(b";TZID=")[1:]}
    keys = _keys_of(defined)
    if all(head in defined or _is_other(head, keys) for head in heads):
        return text
    names = {name for name in _NAMED.findall(text) if name.strip(b'" ') not in defined}
    meant = {name: found for name in names if (found := _meant(name, keys)) is not None}
    return _NAMED.sub(lambda one: _rewritten(one, meant), text) if meant else text


def _defined(text: bytes) -> Iterator[bytes]:
    at = text.find(b"\nBEGIN:VTIMEZONE")
    while at >= 0:
        end = text.find(b"\nEND:VTIMEZONE", at)
        found = _TZID.search(text, at, end if end >= 0 else len(text))
        if found is not None:
            yield _FOLD.sub(b"", found[1]).strip(b' \t\r"')
        at = text.find(b"\nBEGIN:VTIMEZONE", at + 1)


def _is_other(head: bytes, keys: Mapping[str, bytes]) -> bool:
    """Whether a name is plainly none of the file's own."""
    return not any(mark in head for mark in b'"\\\n;') and _meant(head, keys) is None


def _keys_of(defined: Iterable[bytes]) -> Mapping[str, bytes]:
    """Give what each defined zone may be called; a name that two could bear is nobody's."""
    keys: dict[str, bytes] = {}
    numbered: dict[str, list[bytes]] = {}
    for name in sorted(defined):
        plain = _plain(name)
        for key in (plain, plain.casefold(), plain.casefold().strip("/")):
            keys.setdefault(key, name)
        numbered.setdefault(unnumbered(plain.casefold()).strip("/"), []).append(name)
    return {key: names[0] for key, names in numbered.items() if len(names) == 1} | keys


def _meant(name: bytes, keys: Mapping[str, bytes]) -> bytes | None:
    plain = _plain(name)
    lower = plain.casefold()
    for key in (plain, lower, lower.strip("/")):
        if key in keys:
            return keys[key]
    bare = unnumbered(lower).strip("/")
    found = keys.get(bare)
    return found if found is not None and _plain(found).casefold().strip("/") == bare else None


def _plain(name: bytes) -> str:
    text = _ESCAPE.sub(r"\1", name.decode("utf-8", "replace").strip().strip('"'))
    return " ".join(text.replace("^'", "").replace("^^", "^").replace('"', "").split())


def _rewritten(one: re.Match[bytes], meant: Mapping[bytes, bytes]) -> bytes:
    name = meant.get(one[1])
    return one[0] if name is None else b';TZID="' + name.replace(b'"', b"") + b'"'
