"""Names of authors, as databases write them."""

from __future__ import annotations

import pytest

from allodyne.evidence.records.names import parse_author, parse_authors
from allodyne.evidence.records.record import Author


@pytest.mark.parametrize(
    ("written", "family", "given"),
    [
        ("Ali Ghanbari", "Ghanbari", "Ali"),
        ("Ghanbari, Ali", "Ghanbari", "Ali"),
        ("Ghanbari A", "Ghanbari", "A"),
        ("A. Ghanbari", "Ghanbari", "A."),
        ("Ghanbari", "Ghanbari", ""),
        ("Yong-Da Liu", "Liu", "Yong-Da"),
        ("Liu YD", "Liu", "YD"),
        ("Anna van der Molen", "van der Molen", "Anna"),
        ("van der Molen A", "van der Molen", "A"),
        ("van der Molen, Anna", "van der Molen", "Anna"),
        ("Molen, Anna van der", "van der Molen", "Anna"),
        ("de Araujo Lucas G", "de Araujo Lucas", "G"),
        ("López-Álvarez VM", "López-Álvarez", "VM"),
        ("Green-Fulgham, S. M., Jr.", "Green-Fulgham", "S. M."),
    ],
)
def test_family_names(written: str, family: str, given: str) -> None:
    assert parse_author(written) == Author(family, given)


@pytest.mark.parametrize("name", ["IFNB Multiple Sclerosis Study Group", "MS International Federation"])
def test_groups_keep_their_whole_name(name: str) -> None:
    assert parse_author(name) == Author(name, group=True)


@pytest.mark.parametrize(
    ("written", "families"),
    [
        ("Ali Ghanbari", ["Ghanbari"]),
        ("Ghanbari, Ali", ["Ghanbari"]),
        ("Yong-Da Liu, Zhi-Bin Wang, Ping Zhao", ["Liu", "Wang", "Zhao"]),
        ("Yong-Da Liu, Zhi-Bin Wang and Ping Zhao", ["Liu", "Wang", "Zhao"]),
        ("Liu, Yong-Da; Wang, Zhi-Bin", ["Liu", "Wang"]),
        ("Liu, Y.-D., Wang, Z.-B., Zhao, P.", ["Liu", "Wang", "Zhao"]),
        ("Liu YD, Wang ZB, Zhao P", ["Liu", "Wang", "Zhao"]),
        ("", []),
    ],
)
def test_lists_of_names_in_one_text(written: str, families: list[str]) -> None:
    assert [author.family for author in parse_authors(written)] == families
