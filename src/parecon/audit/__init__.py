"""The audit: whatever is in the books, of a simulation or of people, is gone through by the law once more.

What a simulation left is simulated again from what it says of itself. What desks did is decided again, act by
act, by the same law; entries that no law explains are payments by mandate, and are listed with who made them.
Whoever audits gets one of two answers: all of it can be accounted for, or the first row that cannot be.
"""
