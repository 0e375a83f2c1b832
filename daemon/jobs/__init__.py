"""The jobs of the daemon: one table, driven by ticks, or in one pass of everything."""
