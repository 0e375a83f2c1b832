"""What habits say of all lattice points at once."""
