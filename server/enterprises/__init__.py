"""Enterprises and everything else that is inspected."""
