"""The demonstration: a fictional park with months of life in it, set up and served by one command (`scripts/demo`)."""
