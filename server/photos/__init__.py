"""Photos as evidence: what arrived, whether it can be seen, who may see it."""
