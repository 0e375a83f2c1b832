"""A mail server on loopback, as strict or as broken as a test wants it: aiosmtpd, and bare sockets."""

import asyncio
import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
USER, PASSWORD = "scheduler", "correct horse"
PATIENCE = 120.0
"""Seconds after which a server that is not ready hangs; its own five are few on a busy machine."""
YES = "250 Message accepted for delivery"


class Mailroom:
    """What the server says, and what it has been given; aiosmtpd calls the hooks by their names."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.recipients: list[str] = []
        self.logins: list[tuple[str, bool]] = []
        self.announced: list[str] = []
        self.taken_back = 0
        self.at_sender = "250 OK"
        self.at_recipient = "250 OK"
        self.at_data = YES
        self.drop_line = False

    def messages(self) -> list[EmailMessage]:
        """Give the letters as a mail program reads them."""
        parser: BytesParser[EmailMessage] = BytesParser(policy=policy.SMTP)
        return [parser.parsebytes(letter) for letter in self.letters]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_sender.startswith("250"):
            envelope.mail_from = address
            self.announced.append(address)
        return self.at_sender

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken_back += 1
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.at_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        if self.at_data == YES and isinstance(content, bytes):
            self.letters.append(content)
            self.recipients += envelope.rcpt_tos
        if self.drop_line and server.transport is not None:
            server.transport.close()
        return self.at_data

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        login = getattr(data, "login", b"").decode()
        right = (login, getattr(data, "password", b"").decode()) == (USER, PASSWORD)
        self.logins.append((login, session.ssl is not None))
        return AuthResult(success=right, handled=False)


class OnItsSocket(Controller):
    """Serves on a socket that listens already: nobody takes its port meanwhile."""

    def __init__(self, listening: socket.socket, room: Mailroom, **settings: Any) -> None:
        super().__init__(room, **settings)
        self._listening = listening

    def _create_server(self) -> Coroutine[Any, Any, asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listening, ssl=self.ssl_context)


@contextlib.contextmanager
def mail_server(
    room: Mailroom, *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[int]:
    """Serve the mailroom on a free port of loopback; gives the port."""
    listening = socket.create_server((HOST, 0))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or each answer of lines waits 40 ms
    port: int = listening.getsockname()[1]
    controller = OnItsSocket(
        listening,
        room,
        hostname=HOST,
        port=port,
        ready_timeout=PATIENCE,
        tls_context=starttls,
        ssl_context=tls,
        authenticator=room.authenticate,
        auth_require_tls=tls is None,
        decode_data=False,
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@contextlib.contextmanager
def bare_server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Serve one conversation by hand; gives the port."""
    with socket.create_server((HOST, 0)) as listening:
        port: int = listening.getsockname()[1]

        def serve() -> None:
            with contextlib.suppress(OSError):
                conversation, _ = listening.accept()
                with conversation:
                    talk(conversation)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield port
        finally:
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def certificates(folder: Path, names: Sequence[str] = ()) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate for loopback; gives the server's context, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    addresses = [x509.IPAddress(ipaddress.ip_address(HOST)), *(x509.DNSName(other) for other in names)]
    began = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(began)
        .not_valid_after(began + datetime.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName(addresses), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cafile=str(pem))
