"""Checks in the field: the submitted document, what we read out of it, and what is odd about it."""
