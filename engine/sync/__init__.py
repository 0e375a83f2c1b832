"""From a read of a calendar to what it changes in the store: difference, interpret, plan.

`difference` says what is new and what must be interpreted; the connector interprets it; `plan` says what is
to be written. Nothing in here waits for anybody.
"""
