"""Somebody else's hand on a CalDAV server: plain requests, of nothing that is under test."""

import http.client
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import md5
from urllib.parse import quote, urlsplit

PASSWORD = "correct horse"
"""Everybody's, on every server."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class DavHand:
    """One user's requests; `digest` for servers that want it."""

    url: str
    user: str = ""
    password: str = ""
    digest: bool = False

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Reply:
        """Send one request; header names with _ in place of -."""
        parts = urlsplit(self.url)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.user and not self.digest:
            sent["Authorization"] = "Basic " + b64encode(f"{self.user}:{self.password}".encode()).decode()
        reply = self._exchange(f"{parts.hostname}:{parts.port}", method, path, body, sent)
        if reply.status == 401 and self.digest:
            sent["Authorization"] = self._digest(method, path, reply.headers["www-authenticate"])
            reply = self._exchange(f"{parts.hostname}:{parts.port}", method, path, body, sent)
        return reply

    def make(self, path: str, title: str) -> None:
        """Make a calendar."""
        body = (
            '<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:set><D:prop>'
            f"<D:displayname>{title}</D:displayname></D:prop></D:set></C:mkcalendar>"
        )
        reply = self.ask("MKCALENDAR", path, body, Content_Type="application/xml")
        assert reply.status == 201, reply

    def put(self, path: str, text: str) -> Reply:
        """Put an object in, or in another's place."""
        reply = self.ask("PUT", path, text, Content_Type="text/calendar; charset=utf-8")
        assert reply.status in (201, 204), reply
        return reply

    def delete(self, path: str) -> None:
        """Take an object out."""
        reply = self.ask("DELETE", path)
        assert reply.status in (200, 204), reply

    def _exchange(self, host: str, method: str, path: str, body: str, headers: Mapping[str, str]) -> Reply:
        connection = http.client.HTTPConnection(host, timeout=60)
        try:
            connection.request(method, quote(path), body.encode(), dict(headers))
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())
        finally:
            connection.close()

    def _digest(self, method: str, path: str, challenge: str) -> str:
        said = dict(part.strip().split("=", 1) for part in challenge.partition(" ")[2].split(","))
        realm, nonce, opaque = (said[name].strip('"') for name in ("realm", "nonce", "opaque"))
        who = _md5(f"{self.user}:{realm}:{self.password}")
        what = _md5(f"{method}:{quote(path)}")
        answer = _md5(f"{who}:{nonce}:00000001:0a4f113b:auth:{what}")
        return (
            f'Digest username="{self.user}", realm="{realm}", nonce="{nonce}", uri="{quote(path)}", '
            f'qop=auth, nc=00000001, cnonce="0a4f113b", response="{answer}", opaque="{opaque}"'
        )


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()
