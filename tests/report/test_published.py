import json

import numpy as np
import pandas as pd


def table(make, *records):
    return make(published=json.dumps(records)).against_published()


def test_published_difference_is_set_beside_the_simulated_one(results):
    row = results.against_published().iloc[0]
    simulated = results.effects("mechanical_threshold", day=7).set_index("arm").loc["hbot", "difference"]
    assert row["simulated"] == simulated
    assert (row["published"], row["published_low"], row["published_high"]) == (2.9, 2.1, 3.7)
    assert row["inside"] == (2.1 <= simulated <= 3.7)
    assert (row["published_direction"], row["simulated_direction"]) == ("up", "up")


def test_direction_alone_is_compared_as_direction(results):
    row = results.against_published().iloc[1]
    assert np.isnan(row["published"])
    assert row["inside"] is pd.NA
    assert row["direction_agrees"]


def test_value_outside_the_published_interval_and_wrong_direction_are_told(make):
    about = {"arm": "hbot", "outcome": "mechanical_threshold", "day": 14}
    frame = table(
        make, {**about, "value": 9, "ci": [8, 10]}, {**about, "direction": "down"}, {**about, "direction": "none"}
    )
    assert frame["inside"].tolist()[0] is False
    assert frame["direction_agrees"].tolist() == [True, False, False]
    assert set(frame["against"]) == {"untreated"}


def test_no_effect_is_a_direction_too(make):
    frame = table(make, {"arm": "hbot", "outcome": "thermal_latency", "day": 0, "direction": "none"})
    assert frame["direction_agrees"].tolist() == [True]


def test_nearest_day_is_taken_and_the_last_without_one(make):
    about = {"arm": "hbot", "outcome": "thermal_latency", "direction": "up"}
    assert table(make, {**about, "day": 10.4}, about)["day"].tolist() == [10, 28]


def test_other_units_are_compared_by_direction_only(make):
    frame = table(make, {"arm": "hbot", "outcome": "thermal_latency", "value": 40, "ci": [30, 50], "units": "percent"})
    row = frame.iloc[0]
    assert np.isnan(row["published"])
    assert row["inside"] is pd.NA
    assert row["direction_agrees"]
    assert "percent: 40" in row["note"]


def test_what_the_study_lacks_stays_in_the_table(make):
    row = table(make, {"arm": "laser", "outcome": "edss", "value": 1, "ci": [0, 2], "units": "points"}).iloc[0]
    assert np.isnan(row["simulated"])
    assert "no arm 'laser'" in row["note"]
    assert "'edss' was not measured" in row["note"]


def test_nothing_published_gives_an_empty_table(make):
    assert len(table(make)) == 0
    assert len(make(published="").against_published()) == 0
