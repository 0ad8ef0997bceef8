"""Claims: statements of a course on training networks, each with the experiment that tests it.

To add one, write `course/c99_what_it_says.py` with a `CLAIM`, and its line in `table.py`:

    CLAIM = Claim(
        statement="One sentence, as a lecture would say it.",
        source="Paper, section",
        data="real: digits",                          or "constructed: ..."
        recipe={**DIGITS, "network": {"name": "mlp"}},   what the arms change, or a probe reads
        pairs=8,
        measure=Compare(arms=vary("network.norm", {"a": "batch", "b": "none"})),
        quantity="test accuracy",
        expects=(Expect("a is better", "a", less="b", above=0.5, unit="points"),),
        figure=Lines(x="updates", y="validation loss, nats"),
        holds_when="Where it would hold, and where not.",
    )

Such a file declares, and does nothing: a test keeps it free of functions, and short. All that it
is said in comes from `say`, but for probes. Its measure is a `Compare` (recipes, an arm for each
list of changes), a probe of `probes`, or some of both with `Together`; parts of recipes that recur
stand in `recipes`. What pairs share, a comparison tells by itself; of a probe `quantity` says it.
Where no probe measures what is claimed, write one, whose fields are what a lecturer might change:

    @dataclass(frozen=True, kw_only=True)
    class Moved:
        arms: Arms
        layer: str

        def __call__(self, ask: Ask) -> Found: ...

A `Found` holds numbers [P] by name, pair by pair, and curves. A probe trains nothing itself:
`populations.follow(ask, looks)` trains every seed of a recipe and looks at the rows on the way,
`populations.signal_of(ask)` reads layers at the start; `ask.changed("network.init=zeros")` asks
the same of an arm's recipe, with as many seeds as there are pairs. Long work goes part by part,
`for one, arm in ask.over(arms)`, so that its progress is told and it can be stopped on the way.

A network is scored with its best weights by validation loss, as everywhere in trainlab: a claim
about where a training ends has `LAST` in its arms (see `recipes`).

What is expected is fixed before anything is measured: a region for the mean of a paired quantity
(`above`, `below`; a difference with `less=`, a quotient with `over=`). The verdict is computed
from the data each time, by `verdict.decide`. Never tune a claim until it agrees: a claim that is
refuted says what the course should say instead, in `holds_when`.
"""
