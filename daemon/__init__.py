"""The process: wiring, scheduler, jobs, command line."""
