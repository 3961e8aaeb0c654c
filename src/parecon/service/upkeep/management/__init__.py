"""What an operator can ask of the ledger."""
