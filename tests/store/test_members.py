from __future__ import annotations

from trainlab.store import Member, seeds_of_one_program


def test_seeds_of_one_program_are_numbered_in_order() -> None:
    members = seeds_of_one_program([5, 3])
    assert [(m.member, m.place, m.seed, m.program) for m in members] == [(0, 0, 5, 0), (1, 1, 3, 0)]
    assert {m.arm for m in members} == {""}


def test_an_arm_says_what_sets_it_apart() -> None:
    member = Member(
        member=0, seed=0, place=0, differs={"optimizer.lr": 0.1, "network.norm": "batch"}
    )
    assert member.arm == "optimizer.lr = 0.1, network.norm = batch"
