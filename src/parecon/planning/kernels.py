"""The compiled forms of `rounds`: same names, same results, arrays in and out.

Councils are cut into a fixed number of blocks; each block fills its own totals and the blocks are
added in order. So results are the same to the bit on any number of threads.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from parecon.planning.rounds import BLOCKS, MOST_LOG

compiled = nb.njit(cache=True, parallel=True, fastmath=False, error_model="numpy")


@compiled
def profitability(product, start, good, share, log_price):
    count = len(product)
    result = np.empty(count)
    for block in nb.prange(BLOCKS):
        for i in range(block * count // BLOCKS, (block + 1) * count // BLOCKS):
            total = log_price[product[i]]
            for j in range(start[i], start[i + 1]):
                total -= share[j] * log_price[good[j]]
            result[i] = total
    return result


@compiled
def totals(product, start, good, share, sold, outlay, goods):
    count = len(product)
    sold_by = np.zeros((BLOCKS, goods))
    bought_by = np.zeros((BLOCKS, goods))
    for block in nb.prange(BLOCKS):
        for i in range(block * count // BLOCKS, (block + 1) * count // BLOCKS):
            sold_by[block, product[i]] += sold[i]
            for j in range(start[i], start[i + 1]):
                bought_by[block, good[j]] += share[j] * outlay[i]
    return sold_by.sum(axis=0), bought_by.sum(axis=0)


@compiled
def respond(product, start, good, share, intercept, responsiveness, receipt_rate, outlay_rate, log_price):
    count, goods = len(product), len(log_price)
    log_receipts = np.empty(count)
    sold_by = np.zeros((BLOCKS, goods))
    bought_by = np.zeros((BLOCKS, goods))
    for block in nb.prange(BLOCKS):
        for i in range(block * count // BLOCKS, (block + 1) * count // BLOCKS):
            favour = log_price[product[i]]
            for j in range(start[i], start[i + 1]):
                favour -= share[j] * log_price[good[j]]
            log_receipt = min(max(intercept[i] + responsiveness[i] * favour, -MOST_LOG), MOST_LOG)
            log_receipts[i] = log_receipt
            receipts = np.exp(log_receipt)
            sold_by[block, product[i]] += receipts / receipt_rate[i]
            outlay = receipts * outlay_rate[i]
            for j in range(start[i], start[i + 1]):
                bought_by[block, good[j]] += share[j] * outlay
    return log_receipts, sold_by.sum(axis=0), bought_by.sum(axis=0)


@compiled
def curvature(product, start, good, share, pull, receipt_rate, outlay_rate, goods):
    count, blocks = len(product), 2
    slope = np.zeros((blocks, goods, goods))
    for block in nb.prange(blocks):
        for i in range(block * count // blocks, (block + 1) * count // blocks):
            made, first, last = product[i], start[i], start[i + 1]
            sells, buys = pull[i] / receipt_rate[i], pull[i] * outlay_rate[i]
            slope[block, made, made] += sells
            for j in range(first, last):
                slope[block, made, good[j]] -= sells * share[j]
                need = buys * share[j]
                slope[block, good[j], made] -= need
                for k in range(first, last):
                    slope[block, good[j], good[k]] += need * share[k]
    return slope[0] + slope[1]


@compiled
def weighted_shares(taste, income):
    count, columns = taste.shape
    spent = np.zeros((BLOCKS, columns))
    for block in nb.prange(BLOCKS):
        for i in range(block * count // BLOCKS, (block + 1) * count // BLOCKS):
            total = 0.0
            for j in range(columns):
                total += taste[i, j]
            rate = income[i] / total
            for j in range(columns):
                spent[block, j] += taste[i, j] * rate
    return spent.sum(axis=0)
