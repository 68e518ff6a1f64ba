"""Routes of the live view and of one's own start page."""
