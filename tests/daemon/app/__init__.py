"""What a user asks of gatherly, whoever carries the question."""
