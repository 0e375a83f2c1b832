"""What commands write to: a screen that nobody else's text steers, and tables."""
