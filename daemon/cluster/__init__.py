"""Several daemons on one store: what each does, whose turn it is, and the queue between them."""
