"""How fast, how large: what planning costs, measured beside what else there is.

`python -m benchmarks.run` measures everything in fresh processes and ends with one line of JSON.
"""
