"""What every domain stands on: database, routes, problems, lists, trail, events.

Knows no domain.
"""
