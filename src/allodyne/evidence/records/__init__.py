"""Bibliographic records of other programs: read, compared with what is known, taken in as papers."""

from allodyne.evidence.records.conflicts import Conflict
from allodyne.evidence.records.duplicates import KnownWorks, Match
from allodyne.evidence.records.reading import read_records
from allodyne.evidence.records.record import Author, Record, Said
from allodyne.evidence.records.taking_in import Intake, record_conflicts, take_in
from allodyne.evidence.records.writing import read_papers, write_papers

__all__ = [
    "Author",
    "Conflict",
    "Intake",
    "KnownWorks",
    "Match",
    "Record",
    "Said",
    "read_papers",
    "read_records",
    "record_conflicts",
    "take_in",
    "write_papers",
]
