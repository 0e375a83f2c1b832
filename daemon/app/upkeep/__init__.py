"""Setting gatherly up on a machine, filling it to be tried, and telling what a bug report needs."""
