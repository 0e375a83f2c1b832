"""F2's questions about events and what people share."""
