"""Routes of closings."""
