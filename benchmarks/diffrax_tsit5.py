"""diffrax on the same right-hand side, compiled by XLA, restarted at every session edge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from allodyne.network.signal import signal
from allodyne.simulate.backend import devices
from benchmarks.study import CHECKED, LESION_RATE, FloatArray, Study

MOST_STEPS = 200_000


class DiffraxTsit5:
    """One compiled program; the tolerance is an argument of it.

    Of its solvers Tsit5 was the fastest here, one subject at a time: Kvaerno3, for stiff systems, took 18 times as
    long because of its Jacobians of all species by all species, and sixteen subjects at once by ``vmap`` twice as long
    each, because they wait for the slowest.
    """

    name = "diffrax Tsit5"
    timed, together = 8, 1
    """Subjects in a turn, and in a call."""

    def __init__(self) -> None:
        devices()  # double precision, one thread, and compiled programs kept
        self.study = Study()
        structure = self.study.structure
        self._subjects = self.study.subjects(CHECKED)
        edges = [self.study.network.edges[name] for name in structure.edges]
        row = {name: number for number, name in enumerate(structure.species)}
        self._layers = _layers([(row[e.target], row[e.source], k) for k, e in enumerate(edges) if not e.from_drive])
        self._driven = {drive: np.zeros((len(row), CHECKED)) for drive in ("nerve_injury", "oxygen")}
        for k, edge in enumerate(edges):
            if edge.source.removeprefix("@") in self._driven:
                self._driven[edge.source.removeprefix("@")][row[edge.target]] += self._subjects.gains[k]

    def solve(self, subjects: Sequence[int], arm: str, rtol: float) -> FloatArray:
        """Fold changes at the output times, shape (days, species, subjects)."""
        return np.stack([self._one(subject, arm, rtol) for subject in subjects], axis=-1)

    def _one(self, subject: int, arm: str, rtol: float) -> FloatArray:
        each = (
            1.0 / self._subjects.turnover[:, subject],
            self._subjects.gains[:, subject],
            *(weights[:, subject] for weights in self._driven.values()),
        )
        pieces = self.study.pieces(arm)
        most = max(len(piece.outputs) for piece in pieces)
        # every piece saves equally often; what is too much is saved at its end and left out
        saved = np.array([np.pad(one.outputs, (0, most - len(one.outputs)), constant_values=one.end) for one in pieces])
        wanted = np.array([np.arange(most) < len(piece.outputs) for piece in pieces])
        edges = np.array([[one.start, one.end, one.oxygen] for one in pieces])
        found = np.asarray(self._program(each, edges, saved, rtol))[wanted]
        return np.concatenate([np.ones((1, found.shape[1])), found])

    @cached_property
    def _program(self) -> Callable[..., Any]:
        import diffrax
        import jax
        import jax.numpy as jnp
        from jax import lax

        tonic = jnp.asarray(self.study.structure.tonic)

        def change(time: Any, x: Any, about: Any) -> Any:
            (speed, gains, lesion, oxygen), pressed = about
            heard = signal(x, tonic)
            total = lesion * (1.0 - jnp.exp(-LESION_RATE * time)) + oxygen * pressed
            for targets, sources, edges in self._layers:
                total = total.at[targets].add(gains[edges] * heard[sources], unique_indices=True)
            return speed * (jnp.exp(total) - x)

        def one(each: Any, edges: Any, saved: Any, rtol: Any) -> Any:
            def piece(x: Any, edge: Any) -> Any:
                (start, end, pressed), times = edge
                solution = diffrax.diffeqsolve(
                    diffrax.ODETerm(change),
                    diffrax.Tsit5(),
                    start,
                    end,
                    None,
                    x,
                    (each, pressed),
                    saveat=diffrax.SaveAt(ts=times, t1=True),
                    stepsize_controller=diffrax.PIDController(rtol=rtol, atol=0.01 * rtol),
                    max_steps=MOST_STEPS,
                    throw=False,
                )
                solved = jnp.where(solution.result == diffrax.RESULTS.successful, solution.ys, jnp.nan)
                return solved[-1], solved[:-1]

            _, found = lax.scan(piece, jnp.ones_like(tonic), (edges, saved))
            return found

        return jax.jit(one)


def _layers(ends: list[tuple[int, int, int]]) -> list[tuple[np.ndarray, ...]]:
    """Edges as (targets, sources, edges) in groups in which no target comes twice."""
    layers: list[dict[int, tuple[int, int]]] = []
    for target, source, edge in ends:
        free = next((layer for layer in layers if target not in layer), None)
        if free is None:
            layers.append(free := {})
        free[target] = (source, edge)
    return [
        (np.array(list(layer)), *(np.array(part) for part in zip(*layer.values(), strict=True))) for layer in layers
    ]
