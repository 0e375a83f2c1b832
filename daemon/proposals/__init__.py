"""Sessions looked at: times proposed, or the session ended."""
