"""The bars of the product, each printed beside a baseline of the same run: python -m tests.benchmarks NAME."""
