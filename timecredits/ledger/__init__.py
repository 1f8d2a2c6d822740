"""The ledger. Credits never appear from nowhere and never vanish.

It knows accounts, not people. One immutable row, a transfer, moves minutes from one account to another, so it balances
by construction; its id is chosen by the caller and is the idempotency key. Where an account has a floor the database
keeps its balance, moves it in a trigger when a transfer is inserted, and refuses what would go below the floor.
Nothing else may write a balance. Nothing is ever changed or deleted: what was wrong is reversed by a new transfer.
Amounts are whole minutes; 60 are one credit. Design and measurements: docs/ledger.md.
"""
