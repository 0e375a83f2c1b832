"""What people write about their sessions, read by a grammar: meaning, confidence, a question where unsure."""
