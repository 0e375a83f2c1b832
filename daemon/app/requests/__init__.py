"""What programs ask for: sessions, searches, a line in a conversation; what providers tell."""
