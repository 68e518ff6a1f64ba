"""Public services (layanan publik): their standards, the processing of documents, rating tokens.

No applicant is kept here: a transaction carries the number of the office's own register only.
"""
