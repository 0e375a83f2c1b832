"""`python -m tests.standins.outlook.demo`: the demonstration with two of its people at Outlook, the stand-in.

Alice gives her consent in a browser (played by `tests.standins.outlook.person`), Bob's organisation lets an
app open his mailbox; Carol publishes a feed, Dave keeps a file, as in `gatherly demo`.
"""

import argparse
import io
import os
import sys
import tempfile
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from daemon import wire
from daemon.commands import connect
from daemon.commands.demo import cycle
from daemon.demo import report
from daemon.demo.scratch import Scratch, prepared
from daemon.runtime.clock import SystemClock
from engine.errors import GatherlyError
from engine.time.instant import to_datetime
from tests.standins.outlook.kindness import Kindness
from tests.standins.outlook.outlook import APP, CLIENT, TENANT, Outlook
from tests.standins.outlook.owner import Owner, daily
from tests.standins.outlook.server import Now, OutlookServer, serving

ALICE, BOB = "alice@example.com", "bob@example.com"
CONNECTORS = """\
[connectors.alice-outlook]
kind = "outlook"
user = "alice@example.com"
read = ["primary"]
write = "primary"
client_id = "{client}"
api_root = "{url}"
authority = "{url}"
allow_private_network = true

[connectors.bob-outlook]
kind = "outlook"
user = "bob@example.com"
read = ["primary"]
write = "primary"
client_id = "{app}"
tenant = "{tenant}"
mailbox = "bob@example.com"
client_secret_file = "outlook.secret"
api_root = "{url}"
authority = "{url}"
allow_private_network = true

"""
FIRST, LAST = "[connectors.alice-folder]", "[connectors.carol-feed]"


def main() -> int:
    """Show the cycle; exit 0 when it came full circle."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    as_json = words.parse_args().json
    said("people's calendars are laid out, two of them at a stand-in of Outlook's")
    root = Path(tempfile.mkdtemp(prefix="gatherly-demo-outlook-"))
    outlook = Outlook(kindness=Kindness(prompt_lists=True))
    outlook.state.clock = Now()
    with prepared(root, to_datetime(SystemClock().now()).date()) as scratch, serving(outlook) as server:
        furnish(outlook)
        configure(scratch, server)
        said("Alice gives her consent in a browser")
        consent(scratch)
        with wire.open_daemon(scratch.configuration) as services:
            facts = cycle(services, said)
            with services.store.reading() as tx:
                zones = {str(user.id): user.timezone for user in tx.users.all()}
        if outlook.violations:
            raise GatherlyError(f"Microsoft's documents were broken: {outlook.violations}")
    report.tell(facts, zones, str(scratch.calendars), as_json)
    return 0


def said(line: str) -> None:
    """Say what is under way."""
    print(f"… {line}", file=sys.stderr, flush=True)


def furnish(outlook: Outlook) -> None:
    """Give both something to do on the coming days: a daily stand-up, an afternoon out, a declined lunch."""
    tomorrow = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)  # noqa: TID251 - the calendars lie around today

    def at(day: int, hour: int) -> str:
        return f"{tomorrow + timedelta(days=day, hours=hour):%Y-%m-%dT%H:%M:%S}"

    for person in (ALICE, BOB):
        owner = Owner(outlook, outlook.account(person))
        rule = daily(20, f"{tomorrow:%Y-%m-%d}")
        owner.put(at(0, 14), at(0, 15), subject="Stand-up", recurrence=rule)
        owner.put(at(1, 12), at(1, 17), subject="Away", showAs="oof")
        no = {"response": "declined", "time": "2026-01-01T00:00:00Z"}
        owner.put(at(2, 16), at(2, 17), subject="Lunch", responseStatus=no)


def configure(scratch: Scratch, server: OutlookServer) -> None:
    """Put Alice and Bob at Outlook, in the demonstration's configuration."""
    secret = scratch.root / "outlook.secret"
    secret.write_text(str(APP.secret))
    secret.chmod(0o600)
    before, _, rest = scratch.configuration.read_text().partition(FIRST)
    after = LAST + rest.partition(LAST)[2]
    filled = CONNECTORS.format(url=server.url, client=CLIENT.id, app=APP.id, tenant=TENANT)
    scratch.configuration.write_text(before + filled + after)


def consent(scratch: Scratch) -> None:
    """Connect Alice as she would: a page, a yes, an answer on loopback."""
    os.environ["BROWSER"] = f"{sys.executable} -m tests.standins.outlook.person %s --login {ALICE}"
    with redirect_stdout(sys.stderr), patch.object(sys, "stdin", io.StringIO()):
        code = connect.run("alice-outlook", scratch.configuration)
    if code:
        raise GatherlyError("Alice was not connected", "See the lines above for why")


if __name__ == "__main__":
    sys.exit(main())
