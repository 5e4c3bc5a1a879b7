"""Parks: the tenants, their settings, zones and safety grids."""
