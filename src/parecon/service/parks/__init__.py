"""Live parks: things used in common, with a calendar that members book from, under the law of `secondhand.parks`."""
