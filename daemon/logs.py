"""Logs go to standard error, one line an event: standard output is for what was asked.

No secret gets there: what looks like one is masked in our own lines, and libraries that print headers and
bodies at their lower levels stay above them, whatever level the process asks for.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

TALKATIVE = (
    "google.auth",
    "google_auth_oauthlib",
    "httpcore2",
    "httpx2",
    "oauthlib",
    "requests_oauthlib",
    "urllib3",
)
"""Loggers of libraries that tell tokens, headers or addresses below WARNING."""
MASK = "(masked)"
_SECRETS = re.compile(
    r"ya29\.[\w.~+/-]+"  # Google's access tokens
    r"|\b1//[\w-]+"  # and refresh tokens
    r"|GOCSPX-[\w-]+"  # and client secrets
    r"|(?<=Bearer )\S+|(?<=Basic )\S+"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # addresses with a user and password
    r"|(?<=/private-)[\w-]+(?=/)"  # Google's secret feed addresses
)


def to_standard_error() -> None:
    """Set logging up for this process: plain, with time, without colour unless somebody watches."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    render = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())

    def masked_line(logger: Any, name: str, event: MutableMapping[str, Any]) -> str | Mapping[str, Any]:
        return masked(str(render(logger, name, event)))

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            masked_line,
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def masked(text: str) -> str:
    """Take out of a text what looks like a secret."""
    return _SECRETS.sub(MASK, text)
