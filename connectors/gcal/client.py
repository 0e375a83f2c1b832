"""The files that Google's console gives: an OAuth client, or a service account's key."""

import json
from pathlib import Path
from typing import Any

from config.files.plainfile import MEBIBYTE, read_plain_text
from connectors.gcal.options import GoogleOptions
from engine.errors import InputError


def read_client(options: GoogleOptions, base: Path) -> dict[str, Any]:
    """Read the OAuth client's file: `installed` or `web`, as Google's console gives it.

    Raises:
        InputError: it cannot be read, or is no such file.
    """
    path = base / str(options.client_secret_file)
    document = read_json(path)
    client = document.get("installed") or document.get("web")
    if not isinstance(client, dict) or not {"client_id", "client_secret"} <= client.keys():
        raise InputError(f"{path} is no OAuth client", "Download it from Google's console, type desktop app")
    return dict(client)


def project_of(options: GoogleOptions, base: Path) -> str:
    """Name the project whose quota is spent; where its file cannot be read, by the file."""
    try:
        if options.service_account_file is not None:
            key = read_json(base / options.service_account_file)
        else:
            key = read_client(options, base)
    except InputError:
        return str(options.service_account_file or options.client_secret_file)
    return str(key.get("project_id") or key.get("client_id") or key.get("client_email"))


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        InputError: it cannot be read, or is none.
    """
    try:
        document = json.loads(read_plain_text(path, MEBIBYTE))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", "Give the path of the file") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} holds no JSON: {error}", "Download it again") from error
    if not isinstance(document, dict):
        raise InputError(f"{path} holds no JSON object", "Download it again")
    return document
