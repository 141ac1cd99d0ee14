"""Measurements, in pairs within one run: `python -m benchmarks.NAME` with the package installed."""
