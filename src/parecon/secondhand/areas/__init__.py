"""Used goods between areas: what one area has too much of is carried where it is wanted, or goes with those who move.

Each area has a store. Requests that its own shelf cannot serve are served from other areas' shelves at
the least cost, and only where carrying costs less than the item is worth there. Prices of one good in
two areas may differ by no more than what carrying it costs. Who moves from one area to another may take
things along, or sell them here and buy others there.

Source: participatoryeconomy.org, "Second-hand goods", 22 November 2022: the distribution "between buyers
and sellers living in different geographical areas is organised through the system of consumer
federations"; and the second reply to it, on selling "a washer and dryer locally".
"""
