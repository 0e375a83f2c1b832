"""The parts of the store contract, one file a part of the port."""
