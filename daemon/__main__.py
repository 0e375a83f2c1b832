"""`python -m daemon` is `gatherly`."""

from daemon.cli import main

main()
