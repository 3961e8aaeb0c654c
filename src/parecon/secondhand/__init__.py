"""The second-hand exchange: used durables handed in, inspected, credited by a published schedule and passed on.

The national federation of consumer councils runs it through the stores of its areas. It takes in what
is worth something and will last, credits the member who hands it in by good, age and condition, and
passes it on to whoever asks for it, against credits; prices are announced before each year from what
was wanted and offered in the last. Either they hold for the year and all members share the federation's
gain or loss (guaranteed), or they move until demand meets supply and the federation is left with
nothing at all (continuous).

Source: participatoryeconomy.org, "Second-hand goods", 22 November 2022.
"""
