"""`python -m tests.standins.google.demo`: the demonstration with two of its people at Google, the stand-in.

Alice gives her consent in a browser (played by `tests.standins.google.browser`), Bob's organisation lets a
service account act for him; Carol publishes a feed, Dave keeps a file, as in `gatherly demo`.
"""

import argparse
import io
import json
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
from tests.standins.google.files import client_secret, service_account
from tests.standins.google.google import Google
from tests.standins.google.kindness import Kindness
from tests.standins.google.server import GoogleServer, WallClock, serving
from tests.standins.google.state import Clock

ALICE, BOB = "alice@example.com", "bob@example.com"
ROBOT = "gatherly@demo.iam.gserviceaccount.com"
CONNECTORS = """\
[connectors.alice-google]
kind = "google"
user = "alice@example.com"
read = ["primary"]
write = "primary"
client_secret_file = "client.json"
api_root = "{url}"
token_uri = "{url}/token"
allow_private_network = true

[connectors.bob-google]
kind = "google"
user = "bob@example.com"
read = ["primary"]
write = "primary"
service_account_file = "service.json"
subject = "bob@example.com"
api_root = "{url}"
token_uri = "{url}/token"
allow_private_network = true

"""
FIRST, LAST = "[connectors.alice-folder]", "[connectors.carol-feed]"


class _Now(WallClock, Clock):
    """The real time where the stand-in expects its virtual clock."""


def main() -> int:
    """Show the cycle; exit 0 when it came full circle."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    as_json = words.parse_args().json
    said("people's calendars are laid out, two of them at a stand-in of Google's")
    root = Path(tempfile.mkdtemp(prefix="gatherly-demo-google-"))
    google = Google(kindness=Kindness(prompt_lists=True, full_pages=True))
    google.state.clock = _Now()
    with prepared(root, to_datetime(SystemClock().now()).date()) as scratch, serving(google) as server:
        furnish(google)
        configure(scratch, server)
        said("Alice gives her consent in a browser")
        consent(scratch)
        with wire.open_daemon(scratch.configuration) as services:
            facts = cycle(services, said)
            with services.store.reading() as tx:
                zones = {str(user.id): user.timezone for user in tx.users.all()}
        if google.violations:
            raise GatherlyError(f"Google's document was broken: {google.violations}")
    report.tell(facts, zones, str(scratch.calendars), as_json)
    return 0


def said(line: str) -> None:
    """Say what is under way."""
    print(f"… {line}", file=sys.stderr, flush=True)


def furnish(google: Google) -> None:
    """Give both something to do on the coming days: a daily stand-up, an afternoon out, a declined lunch."""
    tomorrow = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)  # noqa: TID251 - the calendars lie around today

    def at(day: int, hour: int) -> dict[str, str]:
        return {
            "dateTime": f"{tomorrow + timedelta(days=day, hours=hour):%Y-%m-%dT%H:%M:%SZ}",
            "timeZone": "UTC",
        }

    for person in (ALICE, BOB):
        google.account(person)
        events = google.api(person)
        daily = {"start": at(0, 14), "end": at(0, 15), "recurrence": ["RRULE:FREQ=DAILY;COUNT=20"]}
        events.insert({"calendarId": "primary"}, {}, {**daily, "summary": "Stand-up"})
        out = {"start": at(1, 12), "end": at(1, 17), "summary": "Away"}
        events.insert({"calendarId": "primary"}, {}, out)
        no = [{"email": person, "responseStatus": "declined"}]
        lunch = {"start": at(2, 16), "end": at(2, 17), "summary": "Lunch", "attendees": no}
        events.insert({"calendarId": "primary"}, {}, lunch)


def configure(scratch: Scratch, server: GoogleServer) -> None:
    """Put Alice and Bob at Google, in the demonstration's configuration."""
    info, public = service_account(ROBOT)
    server.google.state.services[ROBOT] = public
    (scratch.root / "service.json").write_text(json.dumps(info))
    (scratch.root / "client.json").write_text(json.dumps(client_secret(server.url)))
    before, _, rest = scratch.configuration.read_text().partition(FIRST)
    after = LAST + rest.partition(LAST)[2]
    scratch.configuration.write_text(before + CONNECTORS.format(url=server.url) + after)


def consent(scratch: Scratch) -> None:
    """Connect Alice as she would: a page, a yes, an answer on loopback."""
    os.environ["BROWSER"] = f"{sys.executable} -m tests.standins.google.browser %s --login {ALICE}"
    with redirect_stdout(sys.stderr), patch.object(sys, "stdin", io.StringIO()):
        code = connect.run("alice-google", scratch.configuration)
    if code:
        raise GatherlyError("Alice was not connected", "See the lines above for why")


if __name__ == "__main__":
    sys.exit(main())
