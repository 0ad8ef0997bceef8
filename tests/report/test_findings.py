from __future__ import annotations

from dataclasses import replace

import torch

from tests.report.conftest import MakeRun
from trainlab.engine.record import Started
from trainlab.report import findings
from trainlab.store import Predictions, Run, create, outcomes, seeds_of_one_program

SAID = Predictions(
    outputs=torch.tensor([[[2.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 0.0]]]),
    targets=torch.tensor([0, 0, 1, 0]),
    indices=torch.arange(4),
    kind="logits",
)


def warned(run: Run, said: Predictions) -> list[str]:
    return list(findings.warnings(run, outcomes(run.events(), run.members), said))


def test_what_learned_nothing_is_told(make_run: MakeRun) -> None:
    run = make_run()
    assert warned(run, SAID) == []
    always = replace(SAID, outputs=torch.tensor([[[2.0, 0.0]] * 4]))
    assert warned(run, always) == ["No better than always saying the most frequent class (75.0 %)."]


def test_values_are_held_against_their_mean(make_run: MakeRun) -> None:
    run = make_run()
    true = torch.tensor([[0.0], [1.0], [2.0]])
    said = replace(SAID, targets=true, outputs=true[None], kind="values")
    assert warned(run, said) == []
    (told,) = warned(run, replace(said, outputs=torch.full((1, 3, 1), 1.0)))
    assert told.startswith("No better than predicting the mean")


def test_the_notes_of_every_start_are_told_once(make_run: MakeRun) -> None:
    run = make_run(seeds=2)
    assert list(findings.notes(run, outcomes(run.events(), run.members))) == []
    members = seeds_of_one_program([0])
    with create(run.path.parent, name="a", recipe="", members=members, environment={}) as folder:
        note = "3 features are constant"
        for step in (0, 5):
            told = Started(
                step=step,
                steps=9,
                members=(0,),
                parameters=2,
                placement={},
                notes=(note,),
            )
            folder.event(told)
        folder.flush()
        found = outcomes(Run(folder.path).events(), members)
        first, *rest = findings.notes(Run(folder.path), found)
    assert first == "3 features are constant."
    assert [note.partition(":")[0] for note in rest] == ["n = 1"]
