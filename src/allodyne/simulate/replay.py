"""Known steps walked again, with reverse-mode derivatives.

The adaptive pass records its steps. Walking them again, the targets of each step are settled to many digits, so that
the derivative of the step is that of the equation that they solve, F = G(F): the cotangent c of F turns into the
solution of l = c + l dG/dF, found by sweeps like F itself, and its derivative with respect to everything else is
l dG/d(everything else). No sweep has to be kept or differentiated.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.ad_checkpoint import checkpoint_name

from allodyne.network.signal import signal
from allodyne.simulate.adaptive import healthy, restarted
from allodyne.simulate.collocation import (
    FLOOR,
    Pair,
    State,
    at_nodes,
    finished,
    largest,
    phi3,
    predicted,
    weights,
)
from allodyne.simulate.structure import FloatArray, IntArray, Structure
from allodyne.simulate.targets import Inputs, Subjects, Targets, in_tables, rows_of, weighted_sums
from allodyne.simulate.timeline import Timeline

Array = Any

SETTLED = 1e-5
"""Change of the targets, and of derivatives as a share of the largest, below which sweeps end."""
MOST_SWEEPS = 30
_KEPT = "settled targets"


class Steps(NamedTuple):
    """A walk of known steps; those of no length are padding.

    Attributes
    ----------
    length : array, shape (steps,)
        Days.
    restart : array of bool, shape (steps,)
    start, half, full : array, shape (steps, drives + drugs)
        Value of the drives at the start of the step, used where it restarts, at its middle and at its end.
    """

    length: Array
    restart: Array
    start: Array
    half: Array
    full: Array


def steps_of(grid: FloatArray, timeline: Timeline, length: int, drugs: int) -> tuple[Steps, IntArray]:
    """Turn recorded steps into a walk.

    Parameters
    ----------
    grid : array, shape (steps, 2)
        Piece and length of each step.
    timeline : Timeline
    length, drugs : int
        Number of steps and of drugs to pad to.

    Returns
    -------
    steps : Steps
    ends : array of int, shape (outputs,)
        After how many steps each output time lies.
    """
    piece, lengths = grid[:, 0].astype(np.int64), grid[:, 1]
    begins = np.concatenate([[True], np.diff(piece) > 0])
    elapsed = np.cumsum(lengths) - lengths
    time = elapsed - np.maximum.accumulate(np.where(begins, elapsed, 0.0))
    more = ((0, length - len(lengths)), (0, drugs - timeline.drugs))

    def drive(when: FloatArray) -> FloatArray:
        return np.pad(timeline.values(piece, when), more)

    steps = Steps(
        np.pad(lengths, more[0]),
        np.pad(begins & timeline.restart[piece], more[0]),
        drive(time),
        drive(time + 0.5 * lengths),
        drive(time + lengths),
    )
    return steps, np.searchsorted(piece, timeline.outputs, side="right")


def walked(
    structure: Structure,
    subjects: Subjects,
    steps: Steps,
    shift: Array,
    block: Array,
    read: Callable[[Array, Array, Array], Array],
    first: Array,
) -> tuple[Array, Array]:
    """Walk known steps.

    Parameters
    ----------
    structure : Structure
    subjects : Subjects
    steps : Steps
    shift, block : array, shape (species, drugs)
    read : callable
        What is carried along, from what was carried, the state (species, subjects) and the number of steps taken.
    first : array
        What is carried at the beginning.

    Returns
    -------
    read : array
        What was carried to the end.
    states : array, shape (steps, species, subjects)
        At the end of each step; not computed when nobody asks for it.
    """
    targets = Targets.of(structure, subjects)
    outgoing = lax.stop_gradient(in_tables(structure.outgoing, subjects.gains))

    def inputs(value: Array) -> Inputs:
        return targets.inputs(value, shift, block)

    def restart(state: State, value: Array) -> State:
        known = _Known(state.x, targets.incoming, targets.tonic, (inputs(value),))
        return restarted(state, jnp.exp(_log(structure, known, state.x, 0, outgoing)))

    def taken(state: State, step: Steps) -> State:
        half = subjects.speed * (0.5 * step.length)
        p3 = phi3(half)
        known = _Known(state, targets.incoming, targets.tonic, (inputs(step.half), inputs(step.full)), half, p3)
        foretold = predicted(state, step.length)
        fa, fb = settled(structure, known, lax.stop_gradient(foretold), lax.stop_gradient(outgoing))
        x, _ = finished(state, step.length, weights(half, p3), foretold, (fa, fb))
        return State(x, fb, state.target, fa, step.length, state.rate)

    @partial(jax.checkpoint, policy=jax.checkpoint_policies.save_only_these_names(_KEPT))
    def one(carry: tuple[State, Array, Array], step: Steps) -> tuple[tuple[State, Array, Array], Array]:
        state, carried, number = carry
        state = lax.cond(step.restart, restart, lambda old, _: old, state, step.start)
        state = lax.cond(step.length > 0, taken, lambda old, _: old, state, step)
        return (state, read(carried, state.x, number + 1), number + 1), state.x

    begin = (healthy(subjects.speed), first, jnp.zeros((), jnp.int64))
    (_, carried, _), states = lax.scan(one, begin, steps)
    return carried, states


class _Known(NamedTuple):
    """What the targets of a step depend on beside themselves; ``half`` and ``p3`` are those of ``weights``."""

    state: Any
    incoming: tuple[Array, ...]
    tonic: Array
    inputs: tuple[Inputs, ...]
    half: Array | None = None
    p3: Array | None = None


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def settled(structure: Structure, known: _Known, guess: Pair, outgoing: tuple[Array, ...]) -> Pair:
    """Targets at the nodes h/2 and h that agree with the states that they lead to."""
    size = jnp.maximum(known.state.x, FLOOR)

    def sweep(carry: tuple[Array, ...]) -> tuple[Array, ...]:
        number, fa, fb, _ = carry
        # as in a step, the weights are worked out again rather than read from memory
        half, p3, _ = lax.optimization_barrier((known.half, known.p3, number))  # type: ignore[no-untyped-call]
        log_a, log_b = _logs(structure, known._replace(half=half, p3=p3), (fa, fb), outgoing)
        new_a, new_b = jnp.exp(log_a), jnp.exp(log_b)
        return number + 1, new_a, new_b, jnp.max(largest(jnp.abs(new_b - fb) / size))

    _, fa, fb, _ = lax.while_loop(_unsettled, sweep, (jnp.zeros((), jnp.int32), *guess, jnp.asarray(jnp.inf)))
    return fa, fb


def _unsettled(carry: tuple[Array, ...]) -> Array:
    number, _, _, moved = carry
    return (moved > SETTLED) & (number < MOST_SWEEPS)


def _forward(structure: Structure, known: _Known, guess: Pair, outgoing: tuple[Array, ...]) -> tuple[Pair, Any]:
    found: Pair = checkpoint_name(settled(structure, known, guess, outgoing), _KEPT)  # type: ignore[no-untyped-call]
    return found, (known, found, outgoing)


def _backward(structure: Structure, kept: Any, cotangent: Pair) -> tuple[Any, Any, Any]:
    """The adjoint equation, solved for the cotangents of the logarithms of the targets.

    A target is the exponential of a sum of signals, and a state is linear in both targets.
    """
    known, found, outgoing = kept
    w = weights(known.half, known.p3)
    by_signal = [_slope(known, x, node) for node, x in enumerate(at_nodes(known.state, w, found))]
    by_a, by_b = ([by_signal[0] * w.half[k], by_signal[1] * w.full[k]] for k in (1, 2))

    def heard(la: Array, lb: Array) -> tuple[Array, Array]:
        ha, hb = (weighted_sums(structure.outgoing, one, outgoing) for one in (la, lb))
        return by_a[0] * ha + by_a[1] * hb, by_b[0] * ha + by_b[1] * hb

    def sweep(carry: tuple[Array, ...]) -> tuple[Array, ...]:
        number, la, lb, _ = carry
        back = heard(la, lb)
        new_a, new_b = found[0] * (cotangent[0] + back[0]), found[1] * (cotangent[1] + back[1])
        return number + 1, new_a, new_b, jnp.max(largest(jnp.abs(new_b - lb))) / jnp.max(largest(jnp.abs(new_b)))

    first = (found[0] * cotangent[0], found[1] * cotangent[1])
    _, la, lb, _ = lax.while_loop(_unsettled, sweep, (jnp.zeros((), jnp.int32), *first, jnp.asarray(jnp.inf)))
    _, pull = jax.vjp(lambda one: _logs(structure, one, found, outgoing), known)
    return pull((la, lb))[0], None, None


def _slope(known: _Known, x: Array, node: int) -> Array:
    """Derivative of what each species signals by its fold change."""
    signals, pull = jax.vjp(lambda level: signal(level * known.inputs[node].free, known.tonic, jnp.sqrt), x)
    return pull(jnp.ones_like(signals))[0]


settled.defvjp(_forward, _backward)


def _logs(structure: Structure, known: _Known, targets: Pair, outgoing: tuple[Array, ...]) -> Pair:
    """Logarithms of the targets at both nodes, from the states that targets lead to."""
    assert known.half is not None and known.p3 is not None
    xa, xb = at_nodes(known.state, weights(known.half, known.p3), targets)
    return _log(structure, known, xa, 0, outgoing), _log(structure, known, xb, 1, outgoing)


def _log(structure: Structure, known: _Known, x: Array, node: int, outgoing: tuple[Array, ...]) -> Array:
    """As ``Targets.target``, with a reverse pass along the outgoing edges."""
    inputs = known.inputs[node]
    heard = signal(x * inputs.free, known.tonic, jnp.sqrt)
    return inputs.log_target + _sums(structure, heard, known.incoming, outgoing)


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _sums(structure: Structure, heard: Array, incoming: tuple[Array, ...], _outgoing: tuple[Array, ...]) -> Array:
    """Sums along incoming edges whose reverse pass gathers along outgoing ones; scattering would take far longer."""
    return weighted_sums(structure.incoming, heard, incoming)


def _sums_forward(structure: Structure, heard: Array, incoming: Any, outgoing: Any) -> tuple[Array, Any]:
    return weighted_sums(structure.incoming, heard, incoming), (heard, outgoing)


def _sums_backward(structure: Structure, kept: Any, cotangent: Array) -> tuple[Any, ...]:
    heard, outgoing = kept
    by_heard = weighted_sums(structure.outgoing, cotangent, outgoing)
    blocks = structure.incoming.blocks
    by_gain = tuple(
        rows_of(heard, block.others.reshape(-1)).reshape(*block.others.shape, heard.shape[1])
        * cotangent[block.low : block.high, None]
        for block in blocks
    )
    return by_heard, by_gain, None


_sums.defvjp(_sums_forward, _sums_backward)
