"""The 禁限控 catalogue of a park: its own editions over the law, and the desk where clauses are compared with the official text."""
