"""What happened and how it goes: the audit log, events as they come, counts."""
