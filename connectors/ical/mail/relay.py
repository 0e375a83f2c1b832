"""The way out for mail: one SMTP conversation a letter (RFC 5321), over TLS (RFC 3207, 8314), with an end.

An answer of the relay is a yes, a no, or a not now. A line that breaks before the letter was handed over
means that it was not sent; one that breaks afterwards means that nobody knows.
"""

import queue
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from connectors.web.trust import spoken, version_of
from engine.errors import (
    InputError,
    SourceError,
    SourceExpiredError,
    SourceUnavailableError,
    WriteAmbiguousError,
    WriteRefusedError,
)
from engine.text.plain_text import without_codes

CALL_SECONDS = 20.0
"""All of one conversation, from the name to the last answer (docs/ledger.md R2)."""
SUBMISSION_PORT, RELAY_PORT, TLS_PORT = 587, 25, 465
_GO_AHEAD = 354
_LONGEST_ANSWER = 200


class _Machines:
    """Whom this machine trusts, read once and where it is needed: that takes 25 ms."""

    @cached_property
    def context(self) -> ssl.SSLContext:
        """Give what checks certificates."""
        return ssl.create_default_context()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """A mail server that takes our letters; `password` is asked for when it is needed, None = no login."""

    host: str
    port: int
    tls_from_start: bool
    username: str | None = None
    password: Callable[[], str] | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    """What checks its certificate; None = whom this machine trusts."""
    machines: _Machines = field(default_factory=_Machines, repr=False, compare=False)
    seconds: float = CALL_SECONDS

    @property
    def name(self) -> str:
        """How it is called in messages."""
        return f"the mail server {self.host}:{self.port}"

    def try_out(self, sender: str, recipient: str) -> tuple[str, ...]:
        """Go as far as one can without sending anything: announce a letter, and take the announcement back.

        Gives what is worth knowing although it refuses no letter: a relay that asks to wait (greylisting).

        Raises:
            SourceError: it does not answer, does not let us in, or takes no letter of this sender, or to this
                recipient.
        """
        with self._line() as line:
            over = spoken(version_of(line.sock))
            try:
                _expect(line.mail(sender), 250)
                _expect(line.rcpt(recipient), 250, 251)
            except smtplib.SMTPResponseException as error:
                if not 400 <= error.smtp_code < 500:
                    raise
                return str(_answered(error, self)), over
            finally:
                with suppress(smtplib.SMTPException, OSError):  # hanging up takes it back as well
                    line.rset()
        return (over,)

    def send(self, sender: str, recipient: str, content: bytes) -> None:
        """Hand one letter over; it is theirs once this returns.

        Raises:
            WriteRefusedError: a definite no.
            SourceUnavailableError: not now; nothing was sent.
            SourceExpiredError: the password is no longer accepted.
            WriteAmbiguousError: the line broke before the answer.
        """
        with self._line() as line:
            _expect(line.mail(sender), 250)
            _expect(line.rcpt(recipient), 250, 251)
            _expect(line.data(content), 250)

    @contextmanager
    def _line(self) -> Iterator["_Line"]:
        """Open a conversation, and translate however it ends."""
        password = self.password() if self.password else None
        line = _Line(self)
        cut = threading.Timer(self.seconds, line.cut)
        cut.daemon = True
        cut.start()
        try:
            line.begin(self.host, self.port)
            line.secure(required=password is not None)
            if password is not None:
                line.login(self.username or "", password)
            yield line
            with suppress(smtplib.SMTPException, OSError):  # the letter is theirs, whatever comes now
                line.quit()
        except (smtplib.SMTPException, OSError) as error:
            raise _meaning(error, self, handed_over=line.handed_over) from error
        finally:
            cut.cancel()
            line.close()


class _Line(smtplib.SMTP):
    """A conversation that knows whether the letter was handed over, and can be cut from outside."""

    def __init__(self, relay: Relay) -> None:
        super().__init__(local_hostname="localhost", timeout=relay.seconds)
        self._relay = relay
        self._host = relay.host
        self._handle: socket.socket | None = None
        self._is_over = False
        self.handed_over = False

    def begin(self, host: str, port: int) -> None:
        """Connect and greet, by our address: a name of this machine may mean nothing out there."""
        _expect(self.connect(host, port), 220)
        address = self.sock.getsockname()[0] if self.sock else ""
        self.local_hostname = f"[IPv6:{address}]" if ":" in address else f"[{address}]"
        self.ehlo_or_helo_if_needed()

    def secure(self, *, required: bool) -> None:
        """Go over to TLS where the relay offers it; once offered, it is that or nothing."""
        if self._relay.tls_from_start:
            return
        if self.has_extn("starttls"):
            _expect(self.starttls(context=self._relay.tls or self._relay.machines.context), 220)
            self.ehlo()
        elif required:
            raise smtplib.SMTPNotSupportedError("it offers no TLS, and a password never goes without")

    def getreply(self) -> tuple[int, bytes]:
        """Read an answer; after the go-ahead the letter is on its way."""
        code, answer = super().getreply()
        self.handed_over = self.handed_over or code == _GO_AHEAD
        return code, answer

    def cut(self) -> None:
        """End every wait in this conversation, from another thread."""
        self._is_over = True
        if self._handle is not None:
            with suppress(OSError):  # the other side may have hung up by itself
                self._handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up."""
        super().close()
        if self._handle is not None:
            self._handle.close()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        opened = _connected(host, port, timeout)
        self._handle = opened.dup()  # a second hold on the line: TLS takes the first one away
        if self._is_over:
            opened.close()
            raise TimeoutError("it did not answer in time")
        if not self._relay.tls_from_start:
            return opened
        return (self._relay.tls or self._relay.machines.context).wrap_socket(opened, server_hostname=host)


def _connected(host: str, port: int, seconds: float) -> socket.socket:
    """Connect in a thread of its own, since the system's resolver knows no deadline."""
    answers: queue.SimpleQueue[socket.socket | OSError] = queue.SimpleQueue()
    late = threading.Event()

    def connect() -> None:
        try:
            opened = socket.create_connection((host, port), seconds)
        except OSError as error:
            answers.put(error)
            return
        answers.put(opened)
        if late.is_set():
            opened.close()

    threading.Thread(target=connect, name="gatherly-mail", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty as error:
        late.set()
        raise TimeoutError("it did not answer in time") from error
    if isinstance(answer, OSError):
        raise answer
    return answer


def relay_at(url: str) -> tuple[str, int | None, bool]:
    """Read `smtp://host:port` or `smtps://host:port`: host, port where given, TLS from the start.

    Raises:
        InputError: it is no such address, or holds a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InputError(f"smtp = {url!r} is no address: {error}", "Write smtp://host:port") from error
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/"):
        raise InputError("smtp is no address of a mail server", "Write smtp://host:port or smtps://host:port")
    if parts.username is not None:
        raise InputError("smtp holds a user", "Give username and password_file beside it")
    return parts.hostname, port, parts.scheme == "smtps"


def _expect(answer: tuple[int, bytes], *codes: int) -> None:
    if answer[0] not in codes:
        raise smtplib.SMTPResponseException(*answer)


def _meaning(error: smtplib.SMTPException | OSError, relay: Relay, *, handed_over: bool) -> SourceError:
    """Say what an end of the conversation means for the letter."""
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 400:
        return _answered(error, relay)
    if handed_over:
        what = (
            f"{relay.name} broke off before it said whether it takes the letter: {without_codes(str(error))}"
        )
        return WriteAmbiguousError(what, "It is sent again under the same Message-ID")
    if isinstance(error, ssl.SSLCertVerificationError):
        what = f"{relay.name} cannot prove who it is: {error.verify_message}"
        return SourceUnavailableError(what, "Name it as its certificate does, or repair the certificate")
    what = f"{relay.name} cannot be used: {without_codes(str(error)) or type(error).__name__}"
    return SourceUnavailableError(what, "Look at smtp, username and the way there; it is tried again")


def _answered(error: smtplib.SMTPResponseException, relay: Relay) -> SourceError:
    raw = error.smtp_error
    text = " ".join((raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw).split())
    what = f"{relay.name} answered {error.smtp_code} {text[:_LONGEST_ANSWER]}"
    if error.smtp_code < 500:
        return SourceUnavailableError(what, "It is tried again later")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return SourceExpiredError(what, "Give the connector a password that is accepted")
    return WriteRefusedError(what, "Correct the address, or ask whoever runs the mail server")
