"""Attacks at the doors, by name: what is sent, and how it must be answered."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from typing import Any

from httpx2 import Response
from joserfc import jwt
from joserfc.jwk import ECKey

from engine.ids import UserId
from tests.daemon.http.oidc.forgeries import FORGED, none_of_case
from tests.daemon.outside.outsiders import EVE
from tests.daemon.outside.siege import GONE, VERA, Siege
from tests.standins.issuer import IssuerStandIn

Attack = Callable[[Siege], Response]


class Told(StrEnum):
    """How an attack is answered: the same for all of a kind."""

    DEAD = "410, the one page of dead links"
    TAKEN = "409, not to be had"
    WRONG = "409 or 422, in words"
    LATE = "409, and why"
    NOBODY = "401, the one answer to tokens"
    BACK = "403, the one page of sign-ins that were not finished"
    LOOKED = "a look that changes nothing"
    REFUSED = "4xx"


def _get(path: str) -> Attack:
    return lambda siege: siege.browser().get(siege.have.get(path, path))


def _post(path: str, **fields: Any) -> Attack:
    return lambda siege: siege.browser().post(siege.have.get(path, path), data=fields)


def _cut(path: str, change: Callable[[str], str]) -> Attack:
    """Change a living link, and press what it is for."""

    def send(siege: Siege) -> Response:
        link = siege.have[path]
        head, token = link[:3], link[3:]
        return siege.browser().post(head + change(token), data={"verb": "suits", "start": "x", "email": VERA})

    return send


def _flip(number: int) -> Callable[[str], str]:
    def flipped(token: str) -> str:
        raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        raw[number] ^= 1
        return base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("=")

    return flipped


DEAD_LINKS: Mapping[str, Attack] = {
    "a revoked invitation": _get("revoked"),
    "a revoked invitation, pressed": _post("revoked", start="2026-11-17T10:00:00Z", name="V", email=VERA),
    "an expired invitation": _get("expired"),
    "a used up invitation": _get("used"),
    "an invitation that never was": _get("/i/" + "A" * 76),
    "a guest's link of a round that is over": _get("moved"),
    "the same, pressed": _post("moved", verb="none"),
    "a confirmation that was used": _post("used confirm", verb="confirm"),
    "a confirmation of somebody forgotten": _post("forgotten confirm", verb="confirm"),
    "a guest's link that never was": _post("/r/" + "A" * 76, verb="none"),
    "a guest's verb that is not theirs": _post("eve", verb="take", start="2026-11-17T16:00:00Z"),
    "a guest's verb of strangers": _post("eve", verb="confirm"),
    "a guest's verb of those who are booked": _post("eve", verb="cannot"),
    "a stranger's verb of guests": _post("confirm", verb="suits"),
    "a stranger's verb of hosts": _post("confirm", verb="relax"),
    "who is booked, with a guest's verb": _post("frank leave", verb="suits", start="2026-11-17T16:00:00Z"),
    "a guest's link as an invitation": lambda siege: siege.browser().get(
        siege.have["eve"].replace("/r/", "/i/")
    ),
    "an invitation as a guest's link": lambda siege: siege.browser().post(
        siege.have["open"].replace("/i/", "/r/"), data={"verb": "none"}
    ),
    "the version changed": _cut("eve", _flip(0)),
    "another link's id": _cut("eve", _flip(3)),
    "a longer life": _cut("eve", _flip(20)),
    "the seal changed": _cut("eve", _flip(30)),
    "the seal's last byte changed": _cut("eve", _flip(56)),
    "cut by one": _cut("eve", lambda token: token[:-1]),
    "cut to its head": _cut("eve", lambda token: token[:34]),
    "longer by one": _cut("eve", lambda token: token + "A"),
    "twice": _cut("eve", lambda token: token + token),
    "with padding": _cut("eve", lambda token: token + "%3D%3D"),
    "with a NUL": _cut("eve", lambda token: token[:10] + "%00" + token[11:]),
    "in other letters": _cut("eve", lambda token: token.swapcase()),
    "very long": _cut("eve", lambda _: "A" * 9000),
    "one sign long": _cut("eve", lambda _: "A"),
    "an invitation for longer": _cut("open", _flip(20)),
    "an invitation with another's seal": lambda siege: siege.browser().get(
        siege.have["open"][:40] + siege.have["used"][40:]
    ),
    "a bearer token as a link": lambda siege: siege.browser().get(
        "/r/" + siege.at.doors.tokens.access(UserId("alice")).replace(".", "-")
    ),
}

TAKE = {"name": "Mallory", "email": "mallory@evil.test", "tz": "UTC"}


def _take(start: str, **more: str) -> Attack:
    def send(siege: Siege) -> Response:
        fields = {**TAKE, "start": siege.have.get(start, start), **more}
        return siege.browser().post(siege.have["open"], data=fields)

    return send


def _free(**more: str) -> Attack:
    """Take a start that is on offer, with something wrong."""

    def send(siege: Siege) -> Response:
        fields = {**TAKE, "start": siege.at.ticks(siege.have["open"])[0], **more}
        return siege.browser().post(siege.have["open"], data=fields)

    return send


TAKEN: Mapping[str, Attack] = {
    "a time in her private appointment": _take("2026-11-17T18:00:00Z"),
    "a time at night": _take("2026-11-17T10:00:00Z"),
    "a time that another stranger holds": _take("held"),
    "a time long past": _take("2020-01-01T10:00:00Z"),
    "a time in years": _take("2031-01-01T10:00:00Z"),
    "a time between the quarters": _take("2026-11-17T17:00:07Z"),
    "no time": _take(""),
    "words": _take("tomorrow"),
    "a number": _take("1794909600"),
    "a query": _take("' OR 1=1 --"),
}

WRONG: Mapping[str, Attack] = {
    "an address with a second header": _free(email="m@evil.test\r\nBcc: victim@example.net"),
    "two addresses": _free(email="m@evil.test, victim@example.net"),
    "an address with a name": _free(email="Mallory <m@evil.test>"),
    "an address in quotes": _free(email='"m m"@evil.test'),
    "an address of a host without a dot": _free(email="root@localhost"),
    "an address of a number": _free(email="m@[127.0.0.1]"),
    "an address that goes on": _free(email="victim%example.net@evil.test"),
    "an address with a NUL": _free(email="m\x00@evil.test"),
    "no address": _free(email=""),
    "an address of 300 signs": _free(email="m" * 290 + "@evil.test"),
    "no name": _free(name=" \r\n\t "),
    "a name of 900 signs": _free(name="M" * 900),
    "a form of megabytes": _free(name="M" * 200_000),
    "a second hold of the same mailbox": _free(email="vera+2@visitor.test"),
    "a second hold in other letters": _free(email="VERA@VISITOR.TEST"),
    "a second hold in wide letters": _free(email="vera@\uff56isitor.test"),
    "a second hold with an ideographic dot": _free(email="vera@visitor\u3002test"),
    "a second hold with a soft hyphen": _free(email="vera@vis\u00aditor.test"),
    "a second hold with the root's dot": _free(email="vera@visitor.test."),
    "an address with two dots": _free(email="m..m@evil.test"),
    "an address that ends in a dot": _free(email="m.@evil.test"),
    "an address in letters that no relay takes": _free(email="m\u00e9@evil.test"),
    "a name that nobody sees": _free(name="\u200b\u2060\u00ad"),
    "a name of fillers": _free(name="\u3164\u115f\u2800"),
    "a name of marks of direction": _free(name="\u202e\u2066\u200f"),
    "a guest who ticks what is not on offer": _post("eve", verb="suits", start="2026-11-17T03:00:00Z"),
    "a guest who ticks words": _post("eve", verb="suits", start="soon"),
    "a guest who ticks nothing": _post("eve", verb="suits"),
}

LATE: Mapping[str, Attack] = {
    "an answer after the booking": _post("frank", verb="none"),
    "an answer after the booking, to every time": _post("frank", verb="suits", start="2026-11-17T16:00:00Z"),
}


def _get_zone(zone: str) -> Attack:
    return lambda siege: siege.browser().get(siege.have["open"], params={"tz": zone})


LOOKS: Mapping[str, Attack] = {
    "a scanner opens a guest's link": _get("eve"),
    "a scanner opens a confirmation": _get("confirm"),
    "a scanner opens who cannot come": _get("leave"),
    "a scanner opens an invitation": _get("open"),
    "a scanner presses by address": lambda siege: siege.browser().get(
        siege.have["eve"] + "?verb=none&start=2026-11-17T16:00:00Z"
    ),
    "a scanner confirms by address": lambda siege: siege.browser().get(
        siege.have["confirm"] + "?verb=confirm"
    ),
    "a zone that is a path": lambda siege: siege.browser().get(siege.have["open"] + "?tz=../../etc/passwd"),
    "a scanner asks for a part": lambda siege: siege.browser().get(
        siege.have["open"], headers={"Range": "bytes=0-10"}
    ),
    "a zone that is a query": _get_zone("' OR 1=1 --"),
    "a zone that is a header": _get_zone("UTC\r\nSet-Cookie: gatherly=x"),
    "a zone that is a file of the system": _get_zone("posixrules"),
    "a zone of another case": _get_zone("EUROPE/BERLIN"),
    "a zone with a NUL": _get_zone("UTC\x00"),
    "a zone that is a script": lambda siege: siege.browser().get(
        siege.have["open"] + '?tz="><script>alert(1)</script>'
    ),
}


def _asks(**fields: Any) -> Attack:
    """Have Alice ask for a session with somebody who may not be asked."""
    body = {"title": "Bomb", "inviteeIds": ["bob"], "duration": 30, **fields}
    return lambda siege: siege.at.api("alice", "POST", "/v1/sessions", body)


def _guest(address: str) -> Attack:
    return _asks(inviteeIds=[address])


BOMBS: Mapping[str, Attack] = {
    "thirty guests at once": _asks(inviteeIds=[f"g{number}@example.org" for number in range(30)]),
    "one mailbox under many names": _asks(inviteeIds=[f"eve+{number}@example.org" for number in range(7)]),
    "optional guests": _asks(optionalIds=[f"g{number}@example.org" for number in range(7)]),
    "a guest in a group": _asks(groups=[{"anyOf": [EVE], "atLeast": 1}]),
    "a guest of another domain": _guest("eve@example.net"),
    "a guest of a domain below": _guest("eve@mail.example.org"),
    "a guest of a domain that looks alike": _guest("eve@example.org.evil.test"),
    "a guest of a domain in other letters": _guest("eve@ex\u0430mple.org"),
    "a guest behind another": _guest("victim%example.net@example.org"),
    "a guest behind a route": _guest("@example.org:victim@example.net"),
    "two guests in one": _guest("eve@example.org,victim@example.net"),
    "a guest with a header": _guest("eve@example.org\r\nBcc: victim@example.net"),
    "a guest with a NUL": _guest("eve\x00@example.org"),
    "a guest with a name": _guest("Eve <eve@example.org>"),
    "an answer in a guest's name": _asks(guests=[{"address": EVE, "answeredAt": None, "suits": []}]),
    "somebody forgotten": _guest(GONE),
    "a guest named twice": _asks(inviteeIds=[EVE, EVE.upper()]),
    "a guest of what recurs": _asks(inviteeIds=[EVE], recurrence={"freq": "weekly", "count": 3}),
    "a time that the guest has not ticked": lambda siege: siege.at.api(
        "alice", "POST", f"/v1/sessions/{siege.have['asked']}/accept", {"slot": 1}
    ),
    "a guest as a user": lambda siege: siege.at.api("alice", "GET", f"/v1/users/{EVE}"),
    "ticks written into the session": lambda siege: siege.at.api(
        "alice", "PATCH", f"/v1/sessions/{siege.have['asked']}", {"guests": []}
    ),
}


def _lie(**lies: Any) -> Attack:
    return lambda siege: siege.claims(**lies)


def _headed(**head: Any) -> Attack:
    """Change the header of an honest token, and keep its seal."""

    def send(siege: Siege) -> Response:
        first, body, seal = siege.issuer.token().split(".")
        told = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
        written = json.dumps({**told, **head}).encode()
        return siege.bearer(f"{base64.urlsafe_b64encode(written).rstrip(b'=').decode()}.{body}.{seal}")

    return send


def _forged(make: Callable[[IssuerStandIn], str]) -> Attack:
    return lambda siege: siege.bearer(make(siege.issuer))


def _brings_its_key(issuer: IssuerStandIn) -> str:
    """Sign with a key of one's own that stands in the header."""
    own = ECKey.generate_key("P-256")
    header = {"alg": "ES256", "jwk": own.as_dict(private=False)}
    return jwt.encode(header, issuer.claims(), own, algorithms=["ES256"])


def _own_session_key(siege: Siege) -> Response:
    """Sign a token of gatherly's own with what everybody knows."""
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=").decode()
    told = {"iss": "gatherly", "aud": siege.at.services.store.install, "sub": "alice", "exp": 10**10}
    body = base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()
    seal = hmac.new(b"gatherly", f"{head}.{body}".encode(), hashlib.sha256).digest()
    return siege.bearer(f"{head}.{body}.{base64.urlsafe_b64encode(seal).rstrip(b'=').decode()}")


TOKENS: Mapping[str, Attack] = {
    "another audience": _lie(aud="another"),
    "no audience": _lie(aud=None),
    "an audience in a list without us": _lie(aud=["a", "b"]),
    "an audience that begins so": _lie(aud="gatherly & co2"),
    "an audience that is a table": _lie(aud={"gatherly & co": 1}),
    "another issuer": _lie(iss="https://elsewhere.example"),
    "no issuer": _lie(iss=None),
    "over": _lie(exp=0),
    "over for a year": lambda siege: siege.claims(exp=siege.issuer.now - 365 * 86400),
    "without an end": _lie(exp=None),
    "an end in words": _lie(exp="never"),
    "an end that is true": _lie(exp=True),
    "not yet good": lambda siege: siege.claims(nbf=siege.issuer.now + 3600),
    "made in the future": lambda siege: siege.claims(iat=siege.issuer.now + 3600),
    "nobody's": _lie(sub=None),
    "of a number": _lie(sub=7),
    "of a list": _lie(sub=["alice"]),
    "an address that is not verified": _lie(email_verified=False),
    "an address that is verified in words": _lie(email_verified="true"),
    "an address that is verified by a number": _lie(email_verified=1),
    "an address of nobody": _lie(email="eve@example.com"),
    "an address in a list": _lie(email=["alice@example.com"]),
    "an address with a space": _lie(email=" alice@example.com"),
    "an address with a name": _lie(email="Alice <alice@example.com>"),
    "an address that looks alike": _lie(email="\u0430lice@example.com"),
    "a guest's address": _lie(email=EVE),
    "another algorithm in the header": _headed(alg="RS512"),
    "none in the header": _headed(alg="none"),
    "no algorithm": _headed(alg=None),
    "HMAC in the header": _headed(alg="HS256"),
    "an algorithm of another key": _headed(alg="ES256"),
    "a key that it brings along": _forged(_brings_its_key),
    "a key from elsewhere": _headed(jku="https://evil.test/jwks"),
    "a key by another path": _headed(kid="../../etc/passwd"),
    "a key of a list": _headed(kid=["rsa"]),
    "what must be understood and is not": _headed(crit=["exp"], exp=1),
    "a body that is not encoded": _headed(b64=False, crit=["b64"]),
    "encrypted": lambda siege: siege.bearer(".".join(["e30"] * 5)),
    "one of ours, signed by a guess": _own_session_key,
    "20,000 signs": lambda siege: siege.bearer("a." + "b" * 20_000 + ".c"),
    **{f"forged: {name}": _forged(make) for name, make in FORGED.items()},
    **{f"signed by {word}": _forged(partial(none_of_case, word=word)) for word in ("None", "NONE", "nOnE")},
}


def _back(who: Mapping[str, Any] | None = None, **lies: str | None) -> Attack:
    return lambda siege: siege.come_back(who, **lies)


def _replayed(siege: Siege) -> Response:
    """Come back a second time with what let somebody in, in a browser with the same cookie."""
    again = siege.browser()
    cookie, back = siege.spent
    return again.get("/oidc/callback", params=back, headers={"Cookie": f"gatherly-oidc={cookie}"})


def _in_another_browser(siege: Siege) -> Response:
    _, address = siege.led()
    return siege.browser().get("/oidc/callback", params=siege.issuer.authorize(address))


def _with_the_cookie_of_another(siege: Siege) -> Response:
    """Lead a victim's browser into the attacker's account (login CSRF)."""
    _, address = siege.led()
    victim, _ = siege.led()
    return victim.get("/oidc/callback", params=siege.issuer.authorize(address))


def _after_a_while(siege: Siege) -> Response:
    browser, address = siege.led()
    back = siege.issuer.authorize(address)
    clock = siege.at.world.clock
    clock.at += 601
    try:
        return browser.get("/oidc/callback", params=back)
    finally:
        clock.at -= 601


def _cookie(change: Callable[[str], str]) -> Attack:
    def send(siege: Siege) -> Response:
        browser, address = siege.led()
        back, cookie = siege.issuer.authorize(address), browser.cookies["gatherly-oidc"].strip('"')
        other = siege.browser()
        return other.get("/oidc/callback", params=back, headers={"Cookie": f"gatherly-oidc={change(cookie)}"})

    return send


SIGN_INS: Mapping[str, Attack] = {
    "no state": _back(state=None),
    "another state": _back(state="a" * 43),
    "no code": _back(code=None),
    "a code that is made up": _back(code="x" * 22),
    "an answer of another issuer (mix-up)": _back(iss="https://elsewhere.example"),
    "a refusal with a code": _back(error="access_denied"),
    "no nonce": _back({"nonce": None}),
    "another nonce": _back({"nonce": "another"}),
    "a nonce in a list": _back({"nonce": ["a"]}),
    "a token for another client": _back({"aud": "another"}),
    "a token that another client asked for": _back({"azp": "another"}),
    "a token of another issuer": _back({"iss": "https://elsewhere.example"}),
    "a token that is over": _back({"exp": 900}),
    "what was used": _replayed,
    "begun in another browser": _in_another_browser,
    "begun for a victim": _with_the_cookie_of_another,
    "too late": _after_a_while,
    "a cookie without a seal": _cookie(lambda cookie: cookie.partition(".")[0]),
    "a cookie with another body": _cookie(lambda cookie: "e30." + cookie.partition(".")[2]),
    "a cookie of nothing": _cookie(lambda _: ""),
}

REFUSED: Mapping[str, Attack] = {
    "a guest who ticks a thousand times": lambda siege: siege.browser().post(
        siege.have["eve"], data={"verb": "suits", "start": ["2026-11-17T16:00:00Z"] * 1000}
    ),
    "another host": lambda siege: siege.browser().get("/sign-in", headers={"Host": "evil.test"}),
    "a look at the head": lambda siege: siege.browser().head(siege.have["confirm"]),
    "a question for the methods": lambda siege: siege.browser().options(siege.have["eve"]),
    "a change of a part": lambda siege: siege.browser().patch(siege.have["open"], data={"start": "x"}),
    "a zone of 9000 signs": _get_zone("A" * 9000),
    "a start of 9000 signs": _take("2" * 9000),
    "a method in the form": lambda siege: siege.browser().post(
        siege.have["confirm"], data={"_method": "DELETE", "verb": "delete"}
    ),
    "another method": lambda siege: siege.browser().put(siege.have["eve"]),
    "a deletion": lambda siege: siege.browser().delete(siege.have["open"]),
    "JSON instead of a form": lambda siege: siege.browser().post(siege.have["eve"], json={"verb": "none"}),
    "somebody unknown signs in": lambda siege: siege.come_back({"email": "eve@example.com"}),
    "a guest signs in": lambda siege: siege.come_back({"email": EVE}),
    "operators' lists by an ID token": lambda siege: siege.browser().get(
        "/v1/users",
        headers={"Authorization": f"Bearer {siege.issuer.token(operator=True, groups=['operators'])}"},
    ),
}

TABLE: Mapping[Told, Mapping[str, Attack]] = {
    Told.DEAD: DEAD_LINKS,
    Told.TAKEN: TAKEN,
    Told.WRONG: {**WRONG, **BOMBS},
    Told.LATE: LATE,
    Told.NOBODY: TOKENS,
    Told.BACK: SIGN_INS,
    Told.LOOKED: LOOKS,
    Told.REFUSED: REFUSED,
}
