"""Performance management of civil servants (ASN) in Indonesian regional governments."""
