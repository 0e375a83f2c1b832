"""What people look at: the pages, and the pictures that also stand without a browser."""
