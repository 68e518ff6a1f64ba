"""Continuous feedback (umpan balik berkelanjutan): a leader's note reaches a person's feed at once.

Notes are kept as notices of their kind (``notices``): here is who may send them, what they may be
about, and how both sides find them again.
"""
