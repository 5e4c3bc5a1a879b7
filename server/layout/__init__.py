"""Layout: what lies around the park, and how far a project stands from it."""
