"""The claims book: what the source documents claim, tried by experiment, with thresholds fixed beforehand.

One file a claim: the quotation, the hypothesis, the experiment, the threshold and the judge. A claim
that fails is a result, reported as plainly as one that holds.
"""
