"""A systemd unit with its drop-ins, as far as gatherly reads its own: the lines of `[Service]`.

See systemd.unit(5): a file of a folder that comes earlier stands for those of the same name in later ones,
and drop-ins are read in the order of their names.
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.files.plainfile import MEBIBYTE, read_plain_text

ROOTS = ("/etc", "/run", "/usr/local/lib", "/usr/lib")
_CONTINUED = re.compile(r"\\\r?\n")


def unit_path(env: Mapping[str, str]) -> list[Path]:
    """List the folders of units as systemd searches them: `$SYSTEMD_UNIT_PATH`, the system's, a person's."""
    given = env.get("SYSTEMD_UNIT_PATH", "")
    mine = [] if os.geteuid() == 0 else [*_own(env), *(f"{root}/systemd/user" for root in ROOTS)]
    usual = [*(f"{root}/systemd/system" for root in ROOTS), *mine]
    named = [folder for folder in given.split(":") if folder]
    return [Path(folder) for folder in ([*named, *usual] if not given or given.endswith(":") else named)]


def _own(env: Mapping[str, str]) -> list[str]:
    home = env.get("XDG_CONFIG_HOME") or (f"{env['HOME']}/.config" if env.get("HOME") else "")
    return [f"{home}/systemd/user"] if home else []


@dataclass(frozen=True, slots=True)
class UnitFile:
    """What a unit says, drop-ins and all."""

    name: str
    lines: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, name: str, folders: Sequence[Path]) -> "UnitFile":
        """Read a unit from the first folder that has it, and its drop-ins from all.

        Raises:
            OSError: it cannot be read, or there is none.
            UnicodeDecodeError: it is no text.
        """
        files = [next(folder / name for folder in folders if (folder / name).exists())]
        drop_ins: dict[str, Path] = {}
        for folder in reversed(folders):
            drop_ins |= {file.name: file for file in (folder / f"{name}.d").glob("*.conf")}
        files += [drop_ins[one] for one in sorted(drop_ins)]
        texts = (read_plain_text(file, MEBIBYTE) for file in files)
        return cls(name, tuple(line for text in texts for line in _service(text)))

    def values(self, key: str) -> list[str]:
        """List what a key is given; an empty value takes away what stood before it."""
        found: list[str] = []
        for name, value in self.lines:
            if name == key:
                found = [*found, value] if value else []
        return found


def _service(text: str) -> list[tuple[str, str]]:
    section, found = "", []
    for line in _CONTINUED.sub(" ", text).splitlines():
        stripped = line.strip()
        if stripped.startswith("["):
            section = stripped
        elif section == "[Service]" and stripped[:1] not in ("#", ";") and "=" in stripped:
            key, _, value = stripped.partition("=")
            found.append((key.strip(), _plain(value.strip())))
    return found


def _plain(value: str) -> str:
    """Write out the specifiers that stand for the machine's own folders."""
    for specifier, folder in (("%E", "/etc"), ("%S", "/var/lib"), ("%h", os.path.expanduser("~"))):
        value = value.replace(specifier, folder)
    return value.replace("%%", "%")
