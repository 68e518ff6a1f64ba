"""What everybody may read without login: units, services, reports, figures. It has no tables.

Nothing here names a person. What few people would be recognised by is not told: counts under five
and whatever these would follow from.
"""
