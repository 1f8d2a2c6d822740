"""The benchmarks behind `make bench`: real parts, both sides of a comparison in turn in one run, medians."""
