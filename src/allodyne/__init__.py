"""Executable, cited model of how treatments without drugs act on neuropathic pain.

>>> import allodyne
>>> results = allodyne.Study.from_yaml("study.yaml").run()  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from allodyne.errors import AllodyneError, UserError
    from allodyne.network import Network, load_network
    from allodyne.report.results import Results
    from allodyne.safety.patient import Patient
    from allodyne.study.schema import Study

_WHERE = {
    "AllodyneError": "allodyne.errors",
    "Network": "allodyne.network",
    "Patient": "allodyne.safety.patient",
    "Results": "allodyne.report.results",
    "Study": "allodyne.study.schema",
    "UserError": "allodyne.errors",
    "load_network": "allodyne.network",
}

__all__ = ["AllodyneError", "Network", "Patient", "Results", "Study", "UserError", "__version__", "load_network"]


def __getattr__(name: str) -> Any:
    """Import the public names when they are first used, so that the command line starts at once."""
    if name not in _WHERE:
        raise AttributeError(f"module 'allodyne' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE])
