"""The head's live view of a unit subtree."""
