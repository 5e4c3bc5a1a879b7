"""The year's plan of inspections: visits due by grade, balanced over inspectors and months."""
