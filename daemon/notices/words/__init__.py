"""What is told of sessions and connectors, in words: what it is, what is wanted, until when."""
