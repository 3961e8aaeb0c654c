"""The live federation: accounts and members' acts kept in a database, under the same law as the simulation."""
