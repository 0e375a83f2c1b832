"""The pages over HTTP, as browsers ask for them."""
