"""Stretches of time, instants, local clocks: plain arithmetic on whole seconds."""
