"""Changes of logs, day ledgers, evidence and obstacles."""
