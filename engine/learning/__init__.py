"""What people's answers teach: features, counts, models, and honest evaluation of them."""
