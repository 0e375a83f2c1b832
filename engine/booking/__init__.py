"""Writing one event to N calendars, all or none: the decisions, as functions on values.

Start with `moves` (what to do next) and `transition` (from state to state, with all that goes with it);
`tests/engine/booking` tells it all as tables. Remote calls and transactions are `daemon.booking`'s.
"""
