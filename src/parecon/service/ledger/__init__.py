"""The ledger: accounts, entries that never change, holds, and a chain of hashes that shows tampering."""
