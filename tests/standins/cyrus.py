"""Cyrus IMAP's CalDAV in a scratch folder: a server that schedules, and delivers what has attendees."""

import imaplib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.standins import required
from tests.standins.dav_hand import PASSWORD, DavHand
from tests.standins.process import PATIENCE, until_it_answers

COMPONENT = "cyrus"
PACKAGES = "cyrus-caldav cyrus-imapd sasl2-bin libsasl2-modules libsasl2-modules-db"

IMAPD = """\
configdirectory: {folder}/lib
defaultpartition: default
partition-default: {folder}/spool
allowplaintext: yes
httpmodules: caldav freebusy
caldav_allowscheduling: on
calendar_user_address_set: example.com
servername: localhost
virtdomains: off
unixhierarchysep: on
sasl_mech_list: PLAIN
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {folder}/sasldb2
autocreate_quota: 0
autocreate_users: anyone
master_pid_file: {folder}/run/master.pid
idlesocket: {folder}/run/idle
notifysocket: {folder}/run/notify
lmtpsocket: {folder}/run/lmtp
syslog_prefix: gatherly-test
"""
SERVICES = """\
START {{ recover cmd="{bin}/ctl_cyrusdb -C {folder}/imapd.conf -r" }}
SERVICES {{
  imap cmd="{bin}/imapd -C {folder}/imapd.conf" listen="127.0.0.1:{imap}" prefork=0 proto="tcp4"
  http cmd="{bin}/httpd -C {folder}/imapd.conf" listen="127.0.0.1:{http}" prefork=1 proto="tcp4"
}}
EVENTS {{ }}
"""
FOLDERS = ("lib", "spool", "run")


@dataclass(frozen=True, slots=True)
class Cyrus:
    """A running server."""

    url: str

    def hand(self, user: str) -> DavHand:
        """Give a user's own hand on their calendars."""
        return DavHand(self.url, user, PASSWORD)

    def calendar(self, user: str, name: str) -> str:
        """Make a calendar; gives its path."""
        path = f"/dav/calendars/user/{user}/{name}/"
        self.hand(user).make(path, name)
        return path


@contextmanager
def cyrus(users: Sequence[str]) -> Iterator[Cyrus]:
    """Serve on free ports; skips where it is not installed, or cannot be started by this user.

    It runs as a user of its own, whom pytest keeps out of its folders: it has one beside them.
    """
    master = required.program("cyrmaster", component=COMPONENT, package=PACKAGES)
    saslpasswd = required.program("saslpasswd2", component=COMPONENT, package=PACKAGES)
    binaries = Path(required.program("httpd", component=COMPONENT, package=PACKAGES)).parent
    if os.getuid() != 0:
        required.missing(COMPONENT, "only root may start it, since it becomes the user cyrus")
    with tempfile.TemporaryDirectory(prefix="gatherly-cyrus-", ignore_cleanup_errors=True) as name:
        folder, http, imap = Path(name), required.free_port(), required.free_port()
        _prepare(folder, binaries, http, imap)
        for user in users:
            command = [saslpasswd, "-p", "-c", "-u", "localhost", "-f", str(folder / "sasldb2"), user]
            subprocess.run(
                command, input=PASSWORD.encode(), check=True, capture_output=True, timeout=PATIENCE
            )
        shutil.chown(folder / "sasldb2", "cyrus", "mail")
        with _master(master, folder, (http, imap)):
            for user in users:
                _log_in_once(imap, user)
            yield Cyrus(f"http://127.0.0.1:{http}/")


@contextmanager
def _master(program: str, folder: Path, ports: Sequence[int]) -> Iterator[None]:
    command = [program, "-C", f"{folder}/imapd.conf", "-M", f"{folder}/cyrus.conf"]
    process = subprocess.Popen(
        [*command, "-p", f"{folder}/run/master.pid", "-D"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for port in ports:
            until_it_answers(port, process, folder / "imapd.conf")
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _prepare(folder: Path, binaries: Path, http: int, imap: int) -> None:
    for name in FOLDERS:
        (folder / name).mkdir()
    (folder / "imapd.conf").write_text(IMAPD.format(folder=folder))
    (folder / "cyrus.conf").write_text(SERVICES.format(folder=folder, bin=binaries, http=http, imap=imap))
    for place in (folder, *(folder / name for name in FOLDERS)):
        shutil.chown(place, "cyrus", "mail")


def _log_in_once(port: int, user: str) -> None:
    """Cyrus makes an account when its user first comes by IMAP."""
    client = imaplib.IMAP4("127.0.0.1", port, timeout=PATIENCE)
    client.login(user, PASSWORD)
    client.logout()
