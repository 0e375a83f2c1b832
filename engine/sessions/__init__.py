"""A session's life: its state machine, what becomes of it once a search has answered, and what is learnt from its end."""
