"""What an operator asks of a store beside its daily work: hand out, forget, prune."""
