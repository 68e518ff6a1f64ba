"""Each person's feed of what concerns them."""
