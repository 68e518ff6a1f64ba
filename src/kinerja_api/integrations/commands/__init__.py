"""Changes of what other systems sent and got, one file per intention."""
