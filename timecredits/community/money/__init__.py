"""Money that people gave, owe or were let off. Never credits: the ledger knows nothing of it, and it nothing of the ledger."""
