"""What the product keeps to as a whole, read from its syntax trees."""
