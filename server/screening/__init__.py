"""Projects at the door: what they state, and what the 禁限控 catalogue says to it."""
