"""What is done for exchanges in the background."""

from kinerja_api.integrations.commands.submissions import forget_answers

__all__ = ["forget_answers"]
