"""Hazards: lists, grading, and the story of each."""
