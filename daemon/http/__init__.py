"""The HTTP interface: routes over the use cases of `daemon.app`, served beside the daemon's ticks."""
