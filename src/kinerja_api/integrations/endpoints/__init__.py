"""Addresses for other systems, and for those who keep the links to them."""
