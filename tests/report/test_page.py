import json
import re
from html.parser import HTMLParser

import pytest

from allodyne.report import Results
from allodyne.report.page import render

EVIL = "<script>alert('x')</script>"


class Page(HTMLParser):
    """What a browser would find: scripts, loaded addresses, links, unclosed tags and the text."""

    VOID = ("meta", "br", "link", "img", "input", "hr")

    def __init__(self, html):
        super().__init__()
        self.open, self.scripts, self.loaded, self.links, self.text = [], [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        about = dict(attrs)
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "script":
            self.scripts.append([about, ""])
        if tag == "a":
            self.links.append(about["href"])
        self.loaded += [value for key, value in attrs if key in ("src", "srcset", "data", "action") or tag == "link"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts[-1][1] += data
        else:
            self.text.append(data)

    @property
    def words(self):
        return " ".join(" ".join(self.text).split())


@pytest.fixture(scope="module")
def html(failing):
    return render(failing)


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_page_is_whole(page):
    assert page.open == []


def test_page_loads_nothing_from_anywhere(html, page):
    assert page.loaded == []
    style = html[: html.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'" in html


def test_plotly_is_in_it_once(page):
    assert sum(len(text) > 1_000_000 for _, text in page.scripts) == 1


def test_figures_are_data_that_a_browser_can_read(failing, page):
    figures = {about["data-figure"]: json.loads(text) for about, text in page.scripts if "data-figure" in about}
    assert set(figures) == {"forest", *(f"curve-{name}" for name in failing.outcomes)}
    assert all(figure["data"] for figure in figures.values())


def test_context_of_use_stands_at_top_and_bottom(page):
    words = page.words
    places = [match.start() for match in re.finditer("never dosing advice for a person", words)]
    assert len(places) == 2
    assert places[0] < words.index("In short")
    assert places[1] > words.index("The study file as run")


def test_page_says_all_that_was_promised(page):
    for text in (
        "HBOT 2.0 ATA, 60 min",
        "treadmill 16 m/min, 30 min",
        "mechanical threshold (g)",
        "hbot: 2 of 60",
        "4.0e-04",
        "A study would need",
        "guo2019",
        "inside",
        "fibromyalgia",
        "not in this version's list of sources",
        "subjects: {species: rat",
        "0.1.0",
    ):
        assert text in page.words
    assert "https://doi.org/10.1371/journal.pone.0282406" in page.links


def test_doses_and_assumptions_are_shown_when_they_are_known(make):
    doses = json.dumps({"hbot": [["tissue PO2", "75 mmHg"]]})
    words = Page(render(make(subjects=5, days=3, doses=doses, assumptions=12, edges=240))).words
    assert "tissue PO2 75 mmHg" in words
    assert "12 of 240 edges" in words


def test_text_of_the_user_never_becomes_markup(make):
    results = make(subjects=5, days=3, study=EVIL, study_yaml=f"study: {EVIL}", context_of_use=EVIL, condition=EVIL)
    data = results.data.assign_coords(arm=["untreated", EVIL, "c"])
    data.attrs["sessions"] = json.dumps({EVIL: [[0.5, 0.6, "hbot", EVIL]]})
    data["mechanical_threshold"].attrs["label"] = EVIL
    record = {"arm": EVIL, "outcome": "mechanical_threshold", "day": 2, "value": 1, "source": EVIL, "note": EVIL}
    data.attrs["published"] = json.dumps([record])
    html = render(Results(data))
    before = html[: html.index("plotly.js v")]
    assert "<script>alert" not in before
    assert EVIL in Page(html).words


def test_page_of_a_lone_arm_has_courses_and_no_effects(make):
    words = Page(render(Results(make(subjects=5, days=3).data.sel(arm=["hbot"])))).words
    assert "There is no control arm" in words
    assert "Effects against" not in words


def test_page_needs_no_more_than_the_data(make):
    results = make(subjects=5, days=3)
    results.data.attrs = {"control": "untreated"}
    words = Page(render(results)).words
    assert "nothing here is dosing advice for a person" in words
    assert "not recorded" in words


def test_empty_attributes_count_as_absent(make):
    words = Page(render(make(subjects=5, days=3, sources="", sessions="", published="", created=""))).words
    assert "No sources were recorded" in words


def test_page_tells_both_bands_apart(drawn, page):
    words = Page(render(drawn)).words
    assert "90 percent over the calibrated parameters, in the typical subject" in words
    assert "model (90%)" in words
    assert "0.30 to 5.70" in words
    assert "the calibrated parameters leave +0.30 to +5.70 g open" in words
    # of the published difference on day 7
    assert "model: 0.30 to 5.70" in words
    assert "calibrated parameters" not in page.words
