"""sabre/dav 1.8 in PHP's own server: no sync-collection, no .well-known, Digest, and UIDs may stand twice."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path

from tests.standins import required
from tests.standins.dav_hand import PASSWORD, DavHand
from tests.standins.process import running

COMPONENT = "sabre"
PACKAGES = "php-sabre-dav php-sqlite3 php-xml php-mbstring php-cli"
SCHEMAS = "/usr/share/doc/php-sabre-dav/examples/sql"
REALM = "SabreDAV"

SERVER = r"""<?php
error_reporting(E_ALL & ~E_DEPRECATED);
ini_set('display_errors', '0');
date_default_timezone_set('UTC');
$pdo = new \PDO('sqlite:' . __DIR__ . '/db.sqlite');
$pdo->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
require_once 'Sabre/autoload.php';
$principals = new \Sabre\DAVACL\PrincipalBackend\PDO($pdo);
$calendars = new \Sabre\CalDAV\Backend\PDO($pdo);
$server = new \Sabre\DAV\Server(array(
    new \Sabre\CalDAV\Principal\Collection($principals),
    new \Sabre\CalDAV\CalendarRootNode($principals, $calendars),
));
$server->setBaseUri('/');
$server->addPlugin(new \Sabre\DAV\Auth\Plugin(new \Sabre\DAV\Auth\Backend\PDO($pdo), 'SabreDAV'));
$server->addPlugin(new \Sabre\DAVACL\Plugin());
$server->addPlugin(new \Sabre\CalDAV\Plugin());
$server->exec();
"""


@dataclass(frozen=True, slots=True)
class Sabre:
    """A running server of one user, dave."""

    url: str

    @property
    def hand(self) -> DavHand:
        """Give somebody else's hand on the calendars."""
        return DavHand(self.url, "dave", PASSWORD, digest=True)

    def calendar(self, name: str) -> str:
        """Make a calendar; gives its path."""
        path = f"/calendars/dave/{name}/"
        self.hand.make(path, name)
        return path


@contextmanager
def sabre(folder: Path) -> Iterator[Sabre]:
    """Serve on a free port; skips where PHP or the library is missing."""
    php = required.program("php", component=COMPONENT, package=PACKAGES)
    required.file("/usr/share/php/Sabre/autoload.php", component=COMPONENT, package=PACKAGES)
    (folder / "server.php").write_text(SERVER)
    _database(folder / "db.sqlite")
    port = required.free_port()
    command = [php, "-d", "include_path=/usr/share/php", "-S", f"127.0.0.1:{port}", "server.php"]
    with running(command, port, folder):
        yield Sabre(f"http://127.0.0.1:{port}/")


def _database(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        for name in ("calendars", "principals", "users"):
            schema = required.file(
                f"{SCHEMAS}/sqlite.{name}.sql", component=COMPONENT, package="php-sabre-dav"
            )
            database.executescript(schema.read_text())
        digest = md5(f"dave:{REALM}:{PASSWORD}".encode(), usedforsecurity=False).hexdigest()
        database.execute("INSERT INTO users (username, digesta1) VALUES ('dave', ?)", (digest,))
        database.execute(
            "INSERT INTO principals (uri, email, displayname) "
            "VALUES ('principals/dave', 'dave@example.com', 'Dave')"
        )
