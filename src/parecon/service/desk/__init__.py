"""The second-hand desk: items, quotes, requests and the year's closings, decided by the law of `secondhand`."""
