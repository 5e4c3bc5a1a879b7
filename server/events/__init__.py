"""What happened: the append-only, hash-chained record beside every change."""
