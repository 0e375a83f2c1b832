"""Where apps read and write users, sessions and messages: on Google's own emulator."""
