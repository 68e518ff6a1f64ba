"""Changes of reports, one file per intention."""
