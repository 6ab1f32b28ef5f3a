"""The tests: they mirror the packages; journeys, browser, container and benchmarks stand beside."""
