"""Units started by hand as systemd would, in a bare root; what is left out is said by the test."""

import os
import shlex
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.unitfile import UnitFile

USER = 61_234
UNITS = "etc/systemd/system"
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
PATIENCE = 1800
INSIDE = "mount --rbind /proc {root}/proc; mount --rbind /dev {root}/dev"
SANDBOX = """set -e
mount --make-rprivate /
mkdir -p {root}/run/state
mount --rbind {root} {root}
mount --bind {root}/var/lib/private/gatherly {root}/run/state
mount -o remount,bind,ro {root}
mount -t tmpfs -o mode=0755 private {root}/var/lib/private
mkdir {root}/var/lib/private/gatherly
mount --bind {root}/run/state {root}/var/lib/private/gatherly
mount -t tmpfs tmp {root}/tmp
{inside}
umask 0077
exec chroot {root} env -i -C /var/lib/gatherly {env} prlimit --core=0 --nofile=4096 \\
  setpriv --reuid={user} --regid={user} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \\
  -- {command}
"""


class Machine:
    """A bare root, a shell in it, and the services that its `systemctl` asks for."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.told: list[str] = []
        self._daemon: subprocess.Popen[bytes] | None = None
        self._changed = threading.Condition()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(root / "run" / "notify"))
        (root / "run" / "notify").chmod(0o777)

    def shell(self, text: str, user: int = 0) -> subprocess.CompletedProcess[str]:
        """Run shell lines in the root."""
        who = f"setpriv --reuid={user} --regid={user} --clear-groups -- " if user else ""
        enter = f"mount --make-rprivate /; {INSIDE.format(root=self.root)}; exec chroot {self.root}"
        home = "/tmp" if user else "/root"  # noqa: S108 # of nobody, who has none
        env = f"env -i -C /src PATH={PATH} HOME={home} PIP_NO_INDEX=1 PIP_FIND_LINKS=/wheels LANG=C.UTF-8"
        command = f"{enter} {env} {who}bash -e -u -o pipefail"
        words = ["unshare", "--mount", "sh", "-e", "-c", command]
        return subprocess.run(
            words, input=text, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Answer `systemctl` until the block ends."""
        threading.Thread(target=self._serve, daemon=True).start()
        threading.Thread(target=self._listen, daemon=True).start()
        try:
            yield
        finally:
            self._stop()

    def _serve(self) -> None:
        while True:
            words = (self.root / "run" / "asked").read_text().split()
            try:
                done = self._act(words[0], [one for one in words[1:] if one.endswith(".service")])
            except Exception as error:
                self.told.append(f"systemctl {words}: {error!r}")
                done = 1
            (self.root / "run" / "answered").write_text(f"{done}\n")

    def _act(self, act: str, units: list[str]) -> int:
        for unit in units:
            if act in ("stop", "disable", "restart"):
                self._stop()
            if act in ("start", "enable", "restart") and not self._start(unit):
                return 1
        return 0

    def _start(self, unit: str) -> bool:
        read = UnitFile.read(unit, [self.root / UNITS])
        words = ["unshare", "--mount", "sh", "-c", self._sandboxed(unit, read)]
        with (self.root.parent / f"{unit}.log").open("ab") as log:
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        if read.values("Type") != ["notify"]:
            return process.wait(PATIENCE) == 0
        self._daemon = process
        return self.hears("READY=1")

    def _sandboxed(self, unit: str, read: UnitFile) -> str:
        private, place = self.root / "var/lib/private", self.root / "var/lib/gatherly"
        for folder in shlex.split(read.values("StateDirectory")[-1]):
            (private / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
            os.chown(private / folder, USER, USER)
        private.chmod(0o700)
        if not place.is_symlink():
            place.symlink_to("private/gatherly")
        env = [
            f"PATH={PATH}",
            "LANG=C.UTF-8",
            "NOTIFY_SOCKET=/run/notify",
            "STATE_DIRECTORY=/var/lib/gatherly",
        ]
        env += [word for line in read.values("Environment") for word in shlex.split(line)]
        env += [f"WATCHDOG_USEC={int(one) * 1_000_000}" for one in read.values("WatchdogSec")]
        env += [f"CREDENTIALS_DIRECTORY={self._hand_over(unit, read)}"]
        command = read.values("ExecStart")[-1].replace("$$", "$").replace("%%", "%")
        return SANDBOX.format(
            root=self.root,
            inside=INSIDE.format(root=self.root),
            env=shlex.join(env),
            user=USER,
            command=command,
        )

    def _hand_over(self, unit: str, read: UnitFile) -> str:
        folder = self.root / "run/credentials" / unit
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for value in read.values("LoadCredential"):
            name, _, source = value.partition(":")
            shutil.copyfile(self.root / source.lstrip("/"), folder / name)
            (folder / name).chmod(0o400)
            os.chown(folder / name, USER, USER)
        os.chown(folder, USER, USER)
        folder.chmod(0o500)
        return f"/run/credentials/{unit}"

    def _stop(self) -> None:
        if self._daemon is not None:
            self._daemon.send_signal(signal.SIGTERM)
            code = self._daemon.wait(PATIENCE)
            self.told.append(f"ended with {code}")
            self._daemon = None
            shutil.rmtree(self.root / "run/credentials", ignore_errors=True)

    def _listen(self) -> None:
        while True:
            with suppress(OSError):
                lines = self._socket.recv(8192).decode().split("\n")
                with self._changed:
                    self.told += lines
                    self._changed.notify_all()

    def hears(self, word: str) -> bool:
        """Wait until the daemon says something that it has not said yet, or ends."""
        with self._changed:
            before = self.told.count(word)

            def over() -> bool:
                ended = self._daemon is None or self._daemon.poll() is not None
                return ended or self.told.count(word) > before

            while not over():
                self._changed.wait(1)
            return self.told.count(word) > before
