"""The numbers of a portion as the store keeps them: one compressed chunk of each array.

Who solves a portion also compresses it, so that whoever writes the store has nothing to do but to write.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from allodyne.cohort.portion import Numbers

Chunks = dict[str, bytes]
"""Compressed chunks by name of the array; an array that holds nothing but its fill value has none."""


def layout(others: Sequence[int], size: int, dtype: np.dtype[Any]) -> dict[str, Any]:
    """How the store keeps an array: what `zarr.create_array` is told beside its shape.

    Parameters
    ----------
    others : sequence of int
        Sizes of the dimensions before that of the subjects.
    size : int
        Subjects of a portion.
    dtype : dtype
        Of a status, which is 0 as a rule, or of outcomes.
    """
    from zarr.codecs import BloscCodec

    return {
        "chunks": (*others, size),
        "dtype": dtype,
        "fill_value": 0 if dtype == np.int8 else np.nan,
        "compressors": [BloscCodec(cname="zstd", clevel=1, shuffle="shuffle")],
    }


def compressed(numbers: Numbers, size: int) -> Chunks:
    """Compress the numbers of a portion.

    Parameters
    ----------
    numbers : dict of str to array, subjects last
    size : int
        Subjects of a portion; the last one may have fewer.
    """
    import zarr
    from zarr.storage import MemoryStore

    found = {}
    for name, values in numbers.items():
        memory: dict[str, Any] = {}
        array = zarr.create_array(
            MemoryStore(memory), shape=values.shape, **layout(values.shape[:-1], size, values.dtype)
        )
        array[...] = values
        chunk = memory.get(array.metadata.encode_chunk_key((0,) * values.ndim))
        if chunk is not None:
            found[name] = chunk.to_bytes()
    return found
