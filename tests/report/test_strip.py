from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from trainlab.report.strip import strip
from trainlab.store import Member, Outcome


def group(scores: list[float], arm: float | None = None) -> list[Outcome]:
    differs = {} if arm is None else {"optimizer.lr": arm}
    return [
        Outcome(
            member=Member(member=at, seed=at, place=at, differs=differs),
            why="diverged" if score < 0 else "complete",
            scores={"test/accuracy": score},
        )
        for at, score in enumerate(scores)
    ]


def test_there_is_a_dot_for_each_seed_that_did_not_diverge() -> None:
    drawn = ElementTree.fromstring(strip({"": group([0.9, 0.95, -1.0, 0.97])}, "test/accuracy"))
    dots = drawn.findall("circle")
    places = [float(dot.attrib["cx"]) for dot in dots]
    assert len(dots) == 3
    assert places == sorted(places)
    assert [dot[0].text for dot in dots] == [
        "seed 0: 90.00 %",
        "seed 1: 95.00 %",
        "seed 3: 97.00 %",
    ]


def test_dots_of_one_place_do_not_hide_each_other() -> None:
    drawn = ElementTree.fromstring(strip({"": group([0.5, 0.5, 0.5, 0.9])}, "test/accuracy"))
    heights = [dot.attrib["cy"] for dot in drawn.findall("circle")]
    assert len(set(heights[:3])) == 3


def test_every_arm_has_a_line() -> None:
    arms = {"optimizer.lr = 0.1": group([0.9, 0.8], 0.1), "optimizer.lr = 1": group([0.5, 0.6], 1)}
    drawn = ElementTree.fromstring(strip(arms, "test/accuracy"))
    assert len(drawn.findall("rect")) == 2
    assert "lr = 0.1" in [text.text for text in drawn.findall("text")]


def test_one_seed_alone_is_not_drawn() -> None:
    assert strip({"": group([0.9])}, "test/accuracy") == ""
