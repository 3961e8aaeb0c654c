"""What else there is: programs of ours, written for other people's tools, that benchmarks measure against."""
