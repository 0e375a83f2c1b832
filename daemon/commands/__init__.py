"""One file a command: what it reads, what it prints, how it exits."""
