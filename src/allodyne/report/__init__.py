"""Results: numbers, tables, figures and the report."""

from allodyne.report.results import CONTEXT_OF_USE, Results, SessionMark
from allodyne.report.tables import print_summary
from allodyne.report.writing import check_folder, write_results

__all__ = ["CONTEXT_OF_USE", "Results", "SessionMark", "check_folder", "print_summary", "write_results"]
