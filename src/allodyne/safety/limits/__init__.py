"""Limits of plans: cited data, which a user can tighten in an own file."""

from allodyne.safety.limits.limit import Limit, Limits
from allodyne.safety.limits.loading import Tightening, load_limits, tightened

__all__ = ["Limit", "Limits", "Tightening", "load_limits", "tightened"]
