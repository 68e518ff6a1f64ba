"""Reads of the organisation, one file per resource; ``scope.py`` says who sees whose rows."""
