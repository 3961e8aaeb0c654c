"""The live register of collectables: what there is, who has it, what was paid, what passes on and what reverts."""
