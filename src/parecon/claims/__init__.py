"""The claims book: what the source documents claim, tried by experiment, with thresholds fixed beforehand.

One file a claim: the quotation, the hypothesis, the experiment, the threshold and the judge. A claim
that fails is a result, reported as plainly as one that holds.

- `claim` - what a claim is.
- `book` - which claims there are, and what is said of one that was tried.
- `trials` - the runs of claims, on all cores.
- `verdicts` - the last verdicts, of runs or of the package.
- `u01_fair_trade` and so on - the claims, named for their letter and number.
"""
