"""Things used in common: a park keeps some pieces of a good, and its members book them for hours or days.

A park is a room in the neighbourhood, a cellar in a house, or a household of many: whoever belongs to it
may bring a piece and is credited for it, book one, cancel, and bring it back. Bookings are served first
come, first served, and no piece is ever promised twice. The fee covers wear and keep; what is left over
at the year's end, or lacking, all members share.

Source: participatoryeconomy.org, "Second-hand goods", 22 November 2022: "new types of collective living
arrangements in order to maximize the utilization of durable goods", and "community resource parks where
certain durable goods are gathered and made available for use by everybody in the neighbourhood".
"""
