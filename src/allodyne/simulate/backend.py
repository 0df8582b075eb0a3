"""Setting up JAX: double precision, one device per core, compiled programs kept on disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any


def cache_folder() -> Path:
    """Where compiled programs are kept; ``ALLODYNE_CACHE`` overrides the user's cache folder."""
    from platformdirs import user_cache_path

    return Path(os.environ.get("ALLODYNE_CACHE") or user_cache_path("allodyne")) / "compiled"


def cores() -> int:
    """Number of cores this process may use; ``ALLODYNE_CORES`` lowers it."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(available, int(os.environ.get("ALLODYNE_CORES", available))))


@cache
def devices() -> tuple[Any, ...]:
    """Prepare JAX once and return the devices to compute on.

    One CPU device per core, each with a single thread: groups of subjects are independent, so that this uses the cores
    better than threads within a group.
    """
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_cpu_multi_thread_eigen" not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} --xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1".strip()
    import jax

    _ask(jax, "jax_enable_x64", True)
    _ask(jax, "jax_num_cpu_devices", cores())
    if _usable(cache_folder()):
        _ask(jax, "jax_compilation_cache_dir", str(cache_folder()))
        _ask(jax, "jax_persistent_cache_min_compile_time_secs", 0.5)
        _ask(jax, "jax_persistent_cache_min_entry_size_bytes", 0)
    cpus = tuple(jax.devices("cpu"))
    _ask(jax, "jax_default_device", cpus[0])
    return cpus


@cache
def accelerators() -> tuple[Any, ...]:
    """Accelerators that JAX can use; none is no error."""
    devices()
    import jax

    try:
        return tuple(jax.devices("gpu"))
    except RuntimeError:
        return ()


WIDE = {"xla_cpu_prefer_vector_width": 512, "xla_cpu_experimental_ynn_fusion_type": ""}
"""How programs for cores are compiled: wide vectors, and no library for reductions, which is slow on small arrays."""


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function for cores at its first call, with the options above that this version of JAX knows."""
    import jax

    return jax.jit(function, compiler_options=_known_options())


@cache
def _known_options() -> dict[str, Any]:
    return WIDE if _compiles(WIDE) else {name: value for name, value in WIDE.items() if _compiles({name: value})}


def _compiles(options: dict[str, Any]) -> bool:
    import jax
    import jax.numpy as jnp

    try:
        jax.jit(lambda x: x, compiler_options=options).lower(jnp.zeros(())).compile()
    except RuntimeError:
        return False
    return True


def _usable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def _ask(jax: Any, option: str, value: Any) -> None:
    """Set an option unless JAX is already running or does not know it; results do not depend on it."""
    try:
        jax.config.update(option, value)
    except (AttributeError, RuntimeError):
        return
