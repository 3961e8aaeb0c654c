"""Private exchange beside the second-hand exchange: barter, flea markets, a rival token, and those who live by it.

Nobody is kept from trading used goods privately, but only by barter or in tokens that buy nothing from the
plan. Here stand what an intermediary could earn and must bear (law), the report that a federation could
publish about it (watch), people who try their luck as traders without knowing that law (behaviour), the
month in which they buy and sell (market), drawn offers and wants to try them on (stream), and what fair
trade alone does to wealth in time (wealth).

Source: participatoryeconomy.org, "Second-hand goods", 22 November 2022, section "Private exchanges for
used goods" and the second reply to it.
"""
