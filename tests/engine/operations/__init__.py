"""What an operator is told of the daemon and its work."""
