"""The guarded way out: where it never goes, how long it waits, how much it takes."""

import gzip
import hashlib
import resource
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from connectors.sandbox.measure import MEBIBYTE
from connectors.web.answer import CallFailedError
from connectors.web.gzip import PIECE
from connectors.web.http import Http
from connectors.web.network import Resolver, system_resolver
from connectors.web.trust import Trust, fingerprint, spoken
from engine.errors import InputError, SourceError, SourceIncompleteError
from engine.time.instant import to_datetime
from tests.connectors.web.vectors import ADDRESSES, LITERALS, METADATA, WORDS
from tests.standins.descriptors import no_more_descriptors
from tests.standins.listener import Listener
from tests.standins.time import NOON, StillClock
from tests.work import work_of


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


def opened(clock: StillClock, resolver: Resolver = system_resolver, *, private: bool = False) -> Http:
    return Http(clock, resolver=resolver, allow_private=private)


def refused(http: Http, url: str) -> None:
    with pytest.raises(CallFailedError) as raised:
        http.request("GET", url, follow=True)
    http.close()
    assert not raised.value.sent


def test_there_are_more_than_60_vectors() -> None:
    assert len(LITERALS) + len(ADDRESSES) + len(WORDS) > 60


@pytest.mark.parametrize("host", LITERALS)
def test_no_spelling_of_loopback_is_connected_to(host: str, clock: StillClock) -> None:
    with Listener() as listener:
        refused(opened(clock), f"http://{host}:{listener.port}/")
        assert listener.connections == 0


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_name_that_leads_inside_is_connected_to(address: str, clock: StillClock) -> None:
    refused(opened(clock, lambda _host: [address]), "http://calendar.example:8080/")
    refused(opened(clock, lambda _host: ["93.184.216.34", address]), "http://calendar.example:8080/")


@pytest.mark.parametrize("word", WORDS)
def test_no_odd_address_is_followed(word: str, clock: StillClock) -> None:
    asked: list[str] = []

    def resolver(host: str) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with Listener() as listener:
        refused(opened(clock, resolver), word.format(port=listener.port))
        assert listener.connections == 0


@pytest.mark.parametrize("address", METADATA)
def test_metadata_stays_denied_where_private_networks_are_allowed(address: str, clock: StillClock) -> None:
    refused(opened(clock, lambda _host: [address], private=True), "http://calendar.example/")


@pytest.mark.parametrize("port", [22, 25, 6379, 5432, 11211, 2375])
def test_a_public_name_is_not_asked_on_the_ports_of_services(port: int, clock: StillClock) -> None:
    refused(opened(clock, lambda _host: ["93.184.216.34"]), f"http://calendar.example:{port}/")


def test_adv_cve_2026_9304_a_redirect_inside_is_not_followed(
    httpserver: HTTPServer, clock: StillClock
) -> None:
    with Listener() as listener:
        inside = f"http://inside.example:{listener.port}/"
        httpserver.expect_request("/").respond_with_response(
            Response(status=302, headers={"Location": inside})
        )
        answers = {"outside.example": ["127.0.0.1"], "inside.example": ["169.254.169.254"]}
        http = opened(clock, answers.__getitem__, private=True)
        with pytest.raises(CallFailedError, match="metadata"):
            http.request("GET", f"http://outside.example:{httpserver.port}/", follow=True)
        http.close()
        assert listener.connections == 0


def test_a_name_that_turns_inside_after_it_was_checked_is_of_no_use(clock: StillClock) -> None:
    asked: list[str] = []

    def turning(host: str) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) > 1 else ["2606:2800:220:1::1", "169.254.169.254"]

    with Listener() as listener:
        refused(opened(clock, turning), f"http://rebind.example:{listener.port}/")
        assert (listener.connections, asked) == (0, ["rebind.example"])


def test_a_connection_resolves_once_and_names_the_host_it_was_asked_for(
    httpserver: HTTPServer, clock: StillClock
) -> None:
    asked: list[str] = []
    seen: list[str] = []

    def resolver(host: str) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    def answer(request: Request) -> Response:
        seen.append(request.headers["Host"])
        assert request.headers["User-Agent"].startswith("gatherly/")
        return Response("ok")

    httpserver.expect_request("/").respond_with_handler(answer)
    http = opened(clock, resolver, private=True)
    assert http.request("GET", f"http://calendar.example:{httpserver.port}/").body == b"ok"
    http.close()
    assert (asked, seen) == (["calendar.example"], [f"calendar.example:{httpserver.port}"])


def test_credentials_stay_behind_when_the_host_changes(httpserver: HTTPServer, clock: StillClock) -> None:
    seen: list[tuple[str, str | None, str | None]] = []

    def answer(request: Request) -> Response:
        host = request.headers["Host"].partition(":")[0]
        seen.append((host, request.headers.get("Authorization"), request.headers.get("Cookie")))
        if host == "first.example" and request.path == "/":
            return Response(status=302, headers={"Location": "/same"})
        if host == "first.example":
            return Response(status=307, headers={"Location": f"http://second.example:{httpserver.port}/"})
        return Response("done")

    httpserver.expect_request("/").respond_with_handler(answer)
    httpserver.expect_request("/same").respond_with_handler(answer)
    http = opened(clock, lambda _host: ["127.0.0.1"], private=True)
    url = f"http://first.example:{httpserver.port}/"
    http.request("GET", url, headers={"Authorization": "Basic eA==", "Cookie": "a=b"}, follow=True)
    http.close()
    assert seen == [
        ("first.example", "Basic eA==", "a=b"),
        ("first.example", "Basic eA==", "a=b"),
        ("second.example", None, None),
    ]


@pytest.mark.parametrize(
    "location", ["http://a.example:{other}/", "//a.example:{other}/x", "http://b.example/"]
)
def test_credentials_stay_behind_when_the_port_changes(
    location: str, httpserver: HTTPServer, clock: StillClock
) -> None:
    seen: list[str | None] = []

    def answer(request: Request) -> Response:
        seen.append(request.headers.get("Authorization"))
        return Response("done")

    with HTTPServer(host="127.0.0.1", port=0) as other:
        for path in ("/", "/x"):
            other.expect_request(path).respond_with_handler(answer)
        target = location.replace("b.example", "b.example:{other}").format(other=other.port)
        httpserver.expect_request("/").respond_with_response(
            Response(status=307, headers={"Location": target})
        )
        http = opened(clock, lambda _host: ["127.0.0.1"], private=True)
        url = f"http://a.example:{httpserver.port}/"
        assert http.request("PUT", url, headers={"Authorization": "Basic eA=="}, body=b"x", follow=True).body
        http.close()
    assert seen == [None]


@pytest.mark.parametrize(
    ("status", "method", "body"), [(303, "GET", b""), (307, "PUT", b"x"), (308, "PUT", b"x")]
)
def test_see_other_is_fetched_and_other_redirects_repeat_what_was_asked(
    status: int, method: str, body: bytes, httpserver: HTTPServer, clock: StillClock
) -> None:
    seen: list[tuple[str, bytes]] = []

    def answer(request: Request) -> Response:
        seen.append((request.method, request.get_data()))
        return Response("done")

    httpserver.expect_request("/").respond_with_response(Response(status=status, headers={"Location": "/x"}))
    httpserver.expect_request("/x").respond_with_handler(answer)
    http = opened(clock, private=True)
    assert http.request("PUT", httpserver.url_for("/"), body=b"x", follow=True).body == b"done"
    http.close()
    assert seen == [(method, body)]


def test_five_redirects_are_followed_and_no_more(httpserver: HTTPServer, clock: StillClock) -> None:
    def answer(request: Request) -> Response:
        step = int(request.args["n"])
        return Response(status=302, headers={"Location": f"/?n={step - 1}"}) if step else Response("there")

    httpserver.expect_request("/").respond_with_handler(answer)
    http = opened(clock, private=True)
    assert http.request("GET", httpserver.url_for("/?n=5"), follow=True).body == b"there"
    with pytest.raises(CallFailedError, match="more than 5 times"):
        http.request("GET", httpserver.url_for("/?n=6"), follow=True)
    http.close()


def pieces(
    *parts: bytes, pause: float = 0.0, until: Callable[[], bool] = lambda: False
) -> Callable[[socket.socket], None]:
    def answer(peer: socket.socket) -> None:
        for part in parts:
            peer.sendall(part)
        while pause and not until():
            time.sleep(pause)  # noqa: TID251 - the server under test is slow on purpose
            peer.sendall(b"x")

    return answer


HANG = 60
"""Seconds after which a call that is to end sooner hangs, however busy the machine."""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\n"


def test_a_webcal_server_that_waits_for_a_line_that_tls_never_ends_is_asked_without(
    clock: StillClock,
) -> None:
    """Read a line before anything else, as plain servers do."""
    waiting: list[socket.socket] = []

    def answer(peer: socket.socket) -> None:
        if listener.heard[-1].startswith(b"GET "):
            peer.sendall(HEAD + b"Content-Length: 2\r\n\r\nok")
        else:
            waiting.append(peer.dup())

    with Listener(answer) as listener:
        http = Http(clock, allow_private=True, tls_seconds=0.3)
        for _ in range(2):
            assert http.request("GET", f"webcal://127.0.0.1:{listener.port}/x", follow=True).body == b"ok"
        http.close()
        assert [one[:4] == b"GET " for one in listener.heard] == [False, True, True]
    for one in waiting:
        one.close()


class EndsKeptConnections(Listener):
    """Answers the first call of a connection and ends it when the next one has come, as a busy server may."""

    def __init__(self) -> None:
        super().__init__(self._once)

    def _once(self, peer: socket.socket) -> None:
        peer.sendall(HEAD + b"Content-Length: 2\r\n\r\nok")
        self.heard.append(peer.recv(65536))


@pytest.mark.parametrize("method", ["GET", "PROPFIND", "REPORT"])
def test_what_only_reads_is_asked_again_where_a_kept_connection_had_ended(
    method: str, clock: StillClock
) -> None:
    with EndsKeptConnections() as listener:
        http = opened(clock, private=True)
        for _ in range(3):
            assert http.request(method, f"http://127.0.0.1:{listener.port}/x").body == b"ok"
        http.close()
        assert listener.connections == 3


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_what_changes_something_is_never_sent_again_by_itself(method: str, clock: StillClock) -> None:
    with EndsKeptConnections() as listener:
        http = opened(clock, private=True)
        assert http.request(method, f"http://127.0.0.1:{listener.port}/x").body == b"ok"
        with pytest.raises(CallFailedError) as raised:
            http.request(method, f"http://127.0.0.1:{listener.port}/x")
        http.close()
        assert listener.connections == 1
    assert raised.value.sent


def test_a_connection_that_ends_at_its_first_call_is_not_tried_again(clock: StillClock) -> None:
    with Listener() as listener:
        http = opened(clock, private=True)
        with pytest.raises(CallFailedError):
            http.request("GET", f"http://127.0.0.1:{listener.port}/x")
        http.close()
        assert listener.connections == 1


class DrippedClock(StillClock):
    """Time passes by drops: ten seconds each."""

    drops = 0

    def monotonic(self) -> float:
        return 10.0 * self.drops

    def dripped(self) -> bool:
        self.drops += 1
        return self.drops > 1000


def test_a_server_that_drips_is_cut_at_the_deadline() -> None:
    clock = DrippedClock()
    answer = pieces(HEAD + b"Content-Length: 100000\r\n\r\n", pause=0.01, until=clock.dripped)
    with Listener(answer) as listener:
        http = opened(clock, private=True)
        with pytest.raises(CallFailedError, match="no complete answer in time") as raised:
            http.request("GET", f"http://127.0.0.1:{listener.port}/", seconds=60)
        http.close()
    assert raised.value.sent


def test_a_resolver_that_never_answers_is_left_behind(clock: StillClock) -> None:
    done = threading.Event()

    def stuck(_host: str) -> Sequence[str]:
        done.wait(2 * HANG)
        return ["127.0.0.1"]

    began = time.monotonic()
    with pytest.raises(CallFailedError, match="in time"):
        opened(clock, stuck).request("GET", "http://calendar.example/", seconds=0.3)
    assert time.monotonic() - began < HANG
    done.set()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_machine_that_can_open_no_more_files_is_told_as_that(host: str, clock: StillClock) -> None:
    with Listener() as listener:
        http = opened(clock, private=True)
        url, told = f"http://{host}:{listener.port}/", r"no more files.*LimitNOFILE"
        with no_more_descriptors(), pytest.raises(CallFailedError, match=told) as raised:
            http.request("GET", url)
        http.close()
    assert not raised.value.sent


def test_an_answer_that_breaks_off_is_an_error(clock: StillClock) -> None:
    with Listener(pieces(HEAD + b"Content-Length: 1000\r\n\r\nBEGIN:VCALENDAR")) as listener:
        http = opened(clock, private=True)
        with pytest.raises(CallFailedError) as raised:
            http.request("GET", f"http://127.0.0.1:{listener.port}/")
        http.close()
    assert raised.value.sent


def bomb(gibibytes: int) -> Iterator[bytes]:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 24)
    for _ in range(gibibytes * 64):
        yield packer.compress(block)
    yield packer.flush()


def test_adv_cve_2026_21441_a_bomb_of_10_gib_is_stopped_at_10_mib(clock: StillClock) -> None:
    def answer(peer: socket.socket) -> None:
        peer.sendall(HEAD + b"Content-Encoding: gzip\r\n\r\n")
        for piece in bomb(10):
            peer.sendall(piece)

    with Listener(answer) as listener:
        http = opened(clock, private=True)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

        def bombed() -> None:
            with pytest.raises(SourceIncompleteError, match="more than 10 MiB"):
                http.request("GET", f"http://127.0.0.1:{listener.port}/")

        steps = work_of(bombed).calls
        http.close()
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 64 * 1024
    assert 10 * MEBIBYTE / PIECE < steps < 20_000


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "compress"])
def test_other_packings_are_refused(encoding: str, httpserver: HTTPServer, clock: StillClock) -> None:
    httpserver.expect_request("/").respond_with_response(
        Response(b"x", headers={"Content-Encoding": encoding})
    )
    http = opened(clock, private=True)
    with pytest.raises(SourceIncompleteError, match="not asked for"):
        http.request("GET", httpserver.url_for("/"))
    http.close()


def test_gzip_is_read_whole_also_in_several_members_and_never_cut(
    httpserver: HTTPServer, clock: StillClock
) -> None:
    packed = gzip.compress(b"BEGIN:" * 50_000) + gzip.compress(b"VCALENDAR")
    for path, body in (("/whole", packed), ("/cut", packed[:-12])):
        httpserver.expect_request(path).respond_with_response(
            Response(body, headers={"Content-Encoding": "gzip"})
        )
    http = opened(clock, private=True)
    assert http.request("GET", httpserver.url_for("/whole")).body == b"BEGIN:" * 50_000 + b"VCALENDAR"
    with pytest.raises(SourceError, match="cut short"):
        http.request("GET", httpserver.url_for("/cut"))
    http.close()


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate of its own for calendar.example, and one that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "calendar.example")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(to_datetime(NOON) - timedelta(days=4000))
    builder = builder.not_valid_after(to_datetime(NOON) + timedelta(days=4000))
    names = x509.SubjectAlternativeName([x509.DNSName("calendar.example")])
    certificate = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem = tmp_path / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    client = ssl.create_default_context(cafile=str(pem))
    return server, client


@pytest.mark.parametrize("scheme", ["http", "webcal"])
def test_a_redirect_away_from_https_is_not_followed(
    scheme: str, tls: tuple[ssl.SSLContext, ssl.SSLContext], clock: StillClock
) -> None:
    server, trusting = tls
    with HTTPServer(host="127.0.0.1", port=0, ssl_context=server) as https, Listener() as listener:
        away = Response(status=302, headers={"Location": f"{scheme}://calendar.example:{listener.port}/"})
        https.expect_request("/").respond_with_response(away)
        http = Http(clock, resolver=lambda _host: ["127.0.0.1"], allow_private=True, tls=trusting)
        with pytest.raises(CallFailedError):
            http.request("GET", f"https://calendar.example:{https.port}/", follow=True)
        http.close()
        assert not any(one.startswith(b"GET") for one in listener.heard)


def test_certificates_are_checked_against_the_name(
    tls: tuple[ssl.SSLContext, ssl.SSLContext], clock: StillClock
) -> None:
    server, trusting = tls
    with HTTPServer(host="127.0.0.1", port=0, ssl_context=server) as https:
        https.expect_request("/").respond_with_data("ok")
        resolver: Resolver = lambda _host: ["127.0.0.1"]  # noqa: E731 - a resolver in a line
        known = Http(clock, resolver=resolver, allow_private=True, tls=trusting)
        assert known.request("GET", f"https://calendar.example:{https.port}/").body == b"ok"
        with pytest.raises(CallFailedError, match="for other names"):
            known.request("GET", f"https://another.example:{https.port}/")
        known.close()
        stranger = Http(clock, resolver=resolver, allow_private=True)
        with pytest.raises(CallFailedError, match=r"signed by nobody .* ca_file"):
            stranger.request("GET", f"https://calendar.example:{https.port}/")
        stranger.close()


def test_one_certificate_is_trusted_by_its_fingerprint_whatever_its_name(
    tls: tuple[ssl.SSLContext, ssl.SSLContext], tmp_path: Path, clock: StillClock
) -> None:
    server, _ = tls
    with HTTPServer(host="127.0.0.1", port=0, ssl_context=server) as https:
        https.expect_request("/").respond_with_data("ok")
        pem = (tmp_path / "server.pem").read_text()
        shown = ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN CERT") :])
        trusted = Trust(fingerprint=hashlib.sha256(shown).digest())
        pinned = Http(clock, allow_private=True, trust=trusted)
        address = f"https://127.0.0.1:{https.port}/"
        assert pinned.request("GET", address).body == b"ok"
        pinned.close()
        asked = len(https.log)
        other = Http(clock, allow_private=True, trust=Trust(fingerprint=b"x" * 32))
        with pytest.raises(CallFailedError, match=f"sha256:{hashlib.sha256(shown).hexdigest()}"):
            other.request("GET", address, headers={"Authorization": "Basic c2VjcmV0"})
        other.close()
        assert len(https.log) == asked


@pytest.mark.parametrize("content", ["", "no certificate", None])
def test_an_authority_that_cannot_be_read_is_named(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(InputError, match=r"ca\.pem"):
        Trust(authority=file).context()


DIGITS = "ab" * 32


@pytest.mark.parametrize(
    "text",
    [
        DIGITS,
        DIGITS.upper(),
        f"sha256:{DIGITS}",
        f"SHA256:{':'.join(['AB'] * 32)}",
        f"sha256 Fingerprint={':'.join(['AB'] * 32)}",
    ],
)
def test_a_fingerprint_is_read_as_tools_print_it(text: str) -> None:
    assert fingerprint(text) == b"\xab" * 32


@pytest.mark.parametrize("text", ["", "sha256:", DIGITS[:-1], f"{DIGITS}0", f"sha1:{DIGITS}", "é" * 64])
def test_what_is_no_fingerprint_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="openssl"):
        fingerprint(text)


@pytest.mark.parametrize(
    ("most", "told"), [(ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")]
)
def test_an_answer_tells_the_version_of_tls_that_it_came_over(
    tls: tuple[ssl.SSLContext, ssl.SSLContext], clock: StillClock, most: ssl.TLSVersion, told: str
) -> None:
    server, trusting = tls
    server.maximum_version = most
    with HTTPServer(host="127.0.0.1", port=0, ssl_context=server) as https:
        https.expect_request("/").respond_with_data("ok")
        http = Http(clock, resolver=lambda _host: ["127.0.0.1"], allow_private=True, tls=trusting)
        answers = [http.request("GET", f"https://calendar.example:{https.port}/") for _ in range(2)]
        assert [answer.tls for answer in answers] == [told, told]
        assert spoken(told) == f"over TLS {told[-3:]}"
        http.close()


def test_an_answer_in_clear_tells_of_no_tls(clock: StillClock) -> None:
    with HTTPServer(host="127.0.0.1", port=0) as plain:
        plain.expect_request("/").respond_with_data("ok")
        http = Http(clock, allow_private=True)
        answer = http.request("GET", f"http://127.0.0.1:{plain.port}/")
        assert (answer.tls, spoken(answer.tls)) == (None, "without TLS")
        http.close()
