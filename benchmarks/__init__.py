"""How fast the engine is: beside other solvers at the same accuracy, against its own size, and against the arithmetic.

``python -m benchmarks`` prints Markdown tables; ``--json FILE`` keeps the numbers; ``python -m benchmarks.page FILE``
writes them into ``docs/speed.md``.
"""
