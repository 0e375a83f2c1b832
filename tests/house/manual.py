"""The command table as a manual: a page for `man`, and one for the documentation."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from typer.core import TyperGroup

from daemon.terminal.lazy import LazyCommand

EXIT_CODES = {
    0: "done",
    1: "the input or the outside world is at fault: said in one line, with what to do",
    2: "wrong usage",
    78: "the configuration is wrong: every problem at once, each with file, line and key",
}
"""What each command's exit code means."""


@dataclass(frozen=True, slots=True)
class Manual:
    """One command: its words, how it is called, what it does, and its parameters with what they are."""

    words: str
    usage: str
    summary: str
    parameters: tuple[tuple[str, str], ...]


def manuals(table: TyperGroup, before: str = "") -> Iterator[Manual]:
    """Describe every command of a table, in its order; each is imported."""
    for name, command in table.commands.items():
        words = f"{before} {name}".strip()
        if isinstance(command, TyperGroup):
            yield from manuals(command, words)
        elif isinstance(command, LazyCommand):
            yield _manual(words, command)


def _manual(words: str, command: LazyCommand) -> Manual:
    loaded = command.loaded
    context = loaded.context_class(loaded, info_name=f"gatherly {words}")
    pieces = " ".join(loaded.collect_usage_pieces(context)).replace("[[", "[").replace("]]", "]")
    told = tuple(_told(each, context) for each in loaded.params)
    return Manual(words, f"gatherly {words} {pieces}".strip(), command.help or "", told)


def _told(parameter: Any, context: Any) -> tuple[str, str]:
    record = parameter.get_help_record(context)
    name, about = record or (parameter.make_metavar(context), "")
    return re.sub(r" <\w+>$", "", name), about.replace("  [required]", "").replace("  [default: .]", "")


def man_page(table: TyperGroup, version: str) -> str:
    """Write `gatherly(1)` in roff."""
    lines = [
        f'.TH GATHERLY 1 "" "gatherly {version}" "User Commands"',
        ".SH NAME",
        f"gatherly \\- {_roff(table.help or '')}",
        ".SH SYNOPSIS",
        ".B gatherly",
        "COMMAND [OPTIONS] [ARGS]",
        ".SH COMMANDS",
    ]
    for one in manuals(table):
        lines += [f".SS {_roff(one.words)}", _roff(one.summary), ".PP", f".B {_roff(one.usage)}"]
        for name, about in one.parameters:
            lines += [".TP", f".B {_roff(name)}", _roff(about) or "\\&"]
    lines += [".SH EXIT STATUS"]
    for code, meaning in EXIT_CODES.items():
        lines += [".TP", f".B {code}", _roff(meaning)]
    lines += [
        ".SH FILES",
        "Without \\fB\\-c\\fR: $GATHERLY_CONFIG, else gatherly.toml in the current folder, in",
        "~/.config/gatherly/ or in /etc/gatherly/; beside it every *.toml of the folder conf.d.",
    ]
    return "\n".join(lines) + "\n"


def _roff(text: str) -> str:
    plain = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain
