"""How a project is decided: checked by two, reviewed jointly, decided by the leader, its conditions followed until they are met."""
