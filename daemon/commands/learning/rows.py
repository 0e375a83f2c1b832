"""Rows written to a file: JSON lines, CSV or Parquet."""

import csv
import os
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO

from daemon.terminal.screen import json_text
from engine.errors import InputError


class Format(StrEnum):
    """How rows are written."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


Rows = Sequence[dict[str, Any]]


def write_rows(rows: Rows, to: Path, format_: Format) -> None:
    """Write rows of the same columns; only its owner may read the file.

    Raises:
        InputError: the file cannot be written, or the format's library is missing.
    """
    if format_ is Format.PARQUET:
        _write_parquet(rows, to)
        return
    try:
        with os.fdopen(
            os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            (_write_csv if format_ is Format.CSV else _write_lines)(rows, file)
    except OSError as error:
        raise InputError(f"{to} cannot be written: {error.strerror}", "Name another file") from error


def _write_lines(rows: Iterable[dict[str, Any]], file: TextIO) -> None:
    file.writelines(f"{json_text(row)}\n" for row in rows)


def _write_csv(rows: Rows, file: TextIO) -> None:
    if rows:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _write_parquet(rows: Rows, to: Path) -> None:
    try:
        import polars
    except ImportError as error:
        raise InputError(
            "Parquet is written by the extra `parquet`, which is not installed",
            "Install gatherly with it, or use --format csv",
        ) from error
    to.touch(0o600)
    polars.DataFrame(list(rows)).write_parquet(to)
