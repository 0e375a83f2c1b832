"""Every decision gatherly makes, as functions on values: no clock, no file, no socket."""
