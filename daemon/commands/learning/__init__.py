"""What was learned from answers, and the people to try it on."""
