"""Names and definitions of zones."""
