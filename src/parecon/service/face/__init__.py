"""The face of the live federation: what all pages share - their frame, their forms, their words, who comes in."""
