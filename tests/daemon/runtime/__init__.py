"""The process: clock, scheduler, logs, secrets, readiness."""
