"""Wire shapes of logs, evidence and obstacles, one file a resource."""
