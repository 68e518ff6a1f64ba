"""Routes of logs, evidence and obstacles."""
