"""How fast the engine is beside SciPy LSODA and libRoadRunner CVODE, on the same network and at the same accuracy.

``python -m benchmarks`` prints a Markdown table; ``--json FILE`` keeps the numbers.
"""
