"""Inspection tasks: visits the office asks for."""
