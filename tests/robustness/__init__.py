"""Can a record be lost, or a stranger let in, when things go wrong? Killed servers, storms, full disks, stopped databases, odd input."""
