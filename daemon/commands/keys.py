"""`gatherly keys rotate`: a new master key."""

from daemon.app.rotate_key import rotate_key
from daemon.terminal.parameters import Config

AT_A_TIME = 100


def rotate(config: Config) -> int:
    """Change the key while no daemon runs, and say where both are."""
    new, old = rotate_key(config, lambda left: print(f"{left} data keys to go"), AT_A_TIME)
    print(f"The new key is in {new}. The old one, {old}, opens older backups only: keep it apart.")
    return 0
