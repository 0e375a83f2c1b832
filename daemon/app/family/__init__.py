"""What people ask of the family's calendar."""
