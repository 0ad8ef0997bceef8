"""The table of commands: name, where its function stands, what it does in one line.

A command is the function `run` in the file of its name under commands/; the file is imported when
the command is run.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["COMMANDS", "Command", "module_of"]


@dataclass(frozen=True, slots=True)
class Command:
    """One row: what the overview says of a command."""

    group: str
    usage: str
    """What follows the name on the command line, at its shortest."""
    help: str


COMMANDS: dict[str, Command] = {
    "demo": Command("begin", "", "train eight seeds on real data, write a report"),
    "new": Command("begin", "DATA", "look at your data, write a commented recipe"),
    "recipes": Command("begin", "", "list the recipes that are built in"),
    "train": Command("train", "RECIPE [key=value]...", "train one network, or a population"),
    "summary": Command("train", "RECIPE", "layers, shapes, parameters, receptive field"),
    "lr": Command("train", "RECIPE", "which learning rate: lowest useful, best, edge; confirmed"),
    "compare": Command(
        "train", "RECIPE --vary KEY=A,B", "is A better than B: tuned alike, in pairs, how sure"
    ),
    "schedule": Command("train", "RECIPE", "draw the learning rate without training"),
    "signal": Command("train", "RECIPE", "activations and gradients at the start, by layer"),
    "gradcheck": Command("train", "RECIPE", "is backward right: against differences, in float64"),
    "graph": Command("train", "RECIPE", "every operation on one example, with its gradients"),
    "runs": Command("look", "", "list the runs"),
    "show": Command("look", "RUN", "how one run went, and what it was"),
    "evaluate": Command("look", "RUN", "score a run's networks again on a split"),
    "predict": Command("look", "RUN DATA", "let a run's networks predict on new data"),
    "report": Command("look", "RUN", "write a run's report.html"),
    "list": Command("learn", "[FAMILY]", "list the techniques, by family"),
    "explain": Command("learn", "NAME", "explain one technique: law, use, values, paper"),
    "claims": Command("learn", "[run C07]", "what courses say of training, tested: verdicts"),
    "schema": Command("learn", "", "print the JSON Schema of a recipe"),
}


def module_of(name: str) -> str:
    """Give the module that holds a command."""
    return f"trainlab.cli.commands.{name}"
