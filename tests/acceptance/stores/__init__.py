"""What the documents ask of a store, by number, on each kind of store that there is."""
