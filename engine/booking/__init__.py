"""Writing one event to N calendars, all or none: the decisions, as functions on values.

Start with `moves` (what to do next) and `step` (one transition with everything that goes with it); the
remote calls and the transactions are `daemon.booking.worker`'s.
"""
