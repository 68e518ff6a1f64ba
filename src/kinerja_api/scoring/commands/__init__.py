"""Changes of closings."""
