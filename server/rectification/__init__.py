"""Rectification: orders, replies, re-inspections, closure."""
