"""Satisfaction surveys (SKM) and ratings of services: anonymous, with the index of each campaign.

An answer has a random id and a day; it leaves no entry in the trail and no event, and what is
read of few people is not shown. Tokens of use come from ``services`` and are linked to nothing.
"""
