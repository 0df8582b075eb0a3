"""What is measured: endpoints in their units, with spread and error."""

from allodyne.endpoints.catalogue import Endpoint, Measure, biomarker, load_endpoints

__all__ = ["Endpoint", "Measure", "biomarker", "load_endpoints"]
