"""A session's life: its state machine, what a search's answer makes of it, and what its end teaches."""
