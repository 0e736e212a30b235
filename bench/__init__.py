"""The benchmarks behind every figure in the README, one module each; `make bench` runs them all."""
