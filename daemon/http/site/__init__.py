"""The pages over HTTP: who browses, what a form must carry, and the way from an address to a page."""
