"""Tests of the process: jobs, commands, scheduler."""
