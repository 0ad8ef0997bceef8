"""Each benchmark runs, and its lines are named so that a part of a name selects them."""

from __future__ import annotations

import json

import pytest

from benchmarks import interleave, population, rules, step


@pytest.fixture(autouse=True)
def one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (interleave, rules):
        monkeypatch.setattr(module, "cores", lambda: 1)


def names(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [json.loads(line)["benchmark"] for line in capsys.readouterr().out.splitlines()]


def test_a_step(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(step.STEPS, "digits-mlp", 2)
    step.run(repeats=1, device="cpu", only="step/digits-mlp/raw")
    assert names(capsys) == ["step/digits-mlp/raw"]


def test_a_population(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(population.MEMBER_STEPS, "digits-mlp", 8)
    monkeypatch.setattr(population, "RAW_STEPS", 5)
    population.run(repeats=1, device="cpu", only="population/digits-mlp/8")
    assert names(capsys) == ["population/digits-mlp/8"]


def test_a_rule(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(rules, "N", 1000)
    eager_only = rules.updates
    monkeypatch.setattr(rules, "updates", lambda *given: {"eager": eager_only(*given)["eager"]})
    rules.run(repeats=1, device="cpu", only="rules/momentum/")
    assert names(capsys) == ["rules/momentum/torch/eager", "rules/momentum/copy/eager"]
