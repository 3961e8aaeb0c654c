"""The kernel: what every institution shares, and nothing that knows an institution.

- `errors` - bad input said in one line: file, place, found, expected.
- `columns` - flat arrays with offsets, the form in which councils' recipes are held.
- `lots` - draws that are a pure function of seed, stream and period; `draws` - one for each id.
- `parameters` - the parameters of a law, each with unit, bounds and source.
- `postings` - value in whole milli-credits, from account to account; `turns` - a batch decided as if row by row.
- `clock` - the virtual clock.
"""
