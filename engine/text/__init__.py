"""Text as it may be shown, kept or sent: without secrets and without what steers a terminal or a mail."""
