"""The table of schedules, and the schedule that a recipe makes of a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Annotated, Any, get_type_hints

import torch
from annotated_types import Ge, Gt, Le
from torch import Tensor

from trainlab.errors import RecipeError
from trainlab.schedules import shapes
from trainlab.schedules.reduction import Plateau
from trainlab.schedules.sequence import Piece, in_sequence
from trainlab.schedules.span import Clock, Length, Span
from trainlab.tables import Card, Table

__all__ = ["SCHEDULES", "Part", "Schedule", "ScheduleRow", "join", "stretch"]

Part = Mapping[str, Any]
"""A part of a join as a recipe says it: {name: linear, until: 10ep, floor: 0.1}."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A pure function of the step: `schedule(steps, clock)` multiplies the base rate."""

    shape: shapes.Shape
    plateau: Plateau | None = None
    """The options of reduce-on-plateau, where the row is that: its state is the caller's."""
    said: str = ""
    """How it was said: cosine(floor=0.1, warmup=5%)."""

    def __call__(self, steps: Tensor, clock: Clock) -> Tensor:
        """Give the factor of each step: int64 [...] -> float64 [...]."""
        return self.shape(steps.double(), clock)

    def draw(self, clock: Clock) -> Tensor:
        """Give the factors of the whole training, float64 [total]."""
        return self(torch.arange(clock.total), clock)

    def __str__(self) -> str:
        return self.said


@dataclass(frozen=True, kw_only=True)
class ScheduleRow:
    """A schedule of the table; the function's parameters are its options."""

    function: Callable[..., shapes.Shape]
    card: Card
    python: str = ""
    """What stands for it outside of a recipe, where that is no `Scheduler`."""

    def make(self, **options: object) -> Schedule:
        """Make the schedule: the row's own options, and those of `shapes.warm_up`.

        Raises RecipeError for an option that neither has.
        """
        own, before = (list(signature(f).parameters) for f in (self.function, shapes.warm_up))
        unknown = [name for name in options if name not in [*own, *before[1:]]]
        if unknown:
            raise RecipeError(
                f"the schedule {self.function.__name__!r} has no option {unknown[0]!r}",
                allowed=[*own, *before[1:]],
                given=unknown[0],
            )
        for maker in (self.function, shapes.warm_up):
            _check(maker, options, f"the schedule {self.function.__name__!r}")
        shape = self.function(**{name: options[name] for name in own if name in options})
        warm: Callable[..., shapes.Shape] = shapes.warm_up
        return Schedule(
            shape=warm(shape, **{name: options[name] for name in before if name in options}),
            plateau=shape if isinstance(shape, Plateau) else None,
            said=f"{self.function.__name__}({', '.join(f'{k}={v}' for k, v in options.items())})",
        )


def _check(maker: Callable[..., object], options: Mapping[str, object], whose: str) -> None:
    """Refuse a number outside of what its parameter declares; a recipe has done so already."""
    for name, hint in get_type_hints(maker, include_extras=True).items():
        value = options.get(name)
        for limit in getattr(hint, "__metadata__", ()) if isinstance(value, int | float) else ():
            holds, said = LIMITS[type(limit)]
            if not holds(value, limit):
                raise RecipeError(f"{whose} has {name} = {value}", allowed=[said(limit)])


LIMITS: Mapping[type, tuple[Callable[[Any, Any], bool], Callable[[Any], str]]] = {
    Ge: (lambda value, limit: value >= limit.ge, lambda limit: f"{limit.ge} or more"),
    Gt: (lambda value, limit: value > limit.gt, lambda limit: f"above {limit.gt}"),
    Le: (lambda value, limit: value <= limit.le, lambda limit: f"{limit.le} or less"),
}


def join(
    *,
    parts: tuple[Part, ...] = ({"name": "constant", "until": "80%"}, {"name": "linear"}),
    continuous: bool = False,
) -> shapes.Shape:
    """Follow several schedules one after another, each with its stretch to itself.

    Continuous: each part is scaled so that it begins where the one before it ended.
    Raises RecipeError for parts that are no schedules, or do not say until when they hold.
    """
    return in_sequence([_piece(part) for part in parts], continuous)


def stretch(
    *, until: Length | None = None, scale: Annotated[float, Gt(0)] = 1.0
) -> tuple[Span | None, float]:
    """Say until when a part of a join holds (null: to the end) and what it is multiplied with."""
    return (None if until is None else Span.parse(until)), scale


def _piece(part: Part) -> Piece:
    own = {name: value for name, value in part.items() if name not in ("name", "until", "scale")}
    schedule = SCHEDULES[str(part["name"])].make(**own)
    if schedule.plateau is not None:
        raise RecipeError(
            "plateau follows a score and not the step, so it cannot be a part of a join",
            next_step="let it be the whole schedule, or take another part",
        )
    until, scale = stretch(until=part.get("until"), scale=part.get("scale", 1.0))
    return Piece(shape=schedule.shape, until=until, scale=scale)


SCHEDULES: Table[ScheduleRow] = Table(
    "schedule",
    {
        "constant": ScheduleRow(
            function=shapes.constant,
            card=Card(
                does="keeps the rate",
                formula="1",
                helps="the baseline; short trainings; rules that fall by themselves (adagrad)",
                hurts="the end of a training: noise keeps the weights from settling",
                values="no options",
                paper="Robbins & Monro 1951",
                torch="ConstantLR(factor=1)",
            ),
        ),
        "step": ScheduleRow(
            function=shapes.step,
            card=Card(
                does="multiplies the rate by gamma after every span",
                formula="gamma^floor(step / every)",
                helps="long trainings of image networks; easy to read off a curve",
                hurts="the spans must be tuned to the length of the training",
                values="every 30ep, gamma 0.1",
                paper="He et al. 2016, section 3.4",
                torch="StepLR",
            ),
        ),
        "multi_step": ScheduleRow(
            function=shapes.multi_step,
            card=Card(
                does="multiplies the rate by gamma at each milestone",
                formula="gamma^(milestones passed)",
                helps="as step, with drops where the curve is flat",
                hurts="the milestones must be tuned",
                values="at 50% and 75%, gamma 0.1",
                paper="He et al. 2016, section 4.2",
                torch="MultiStepLR",
            ),
        ),
        "linear": ScheduleRow(
            function=shapes.linear,
            card=Card(
                does="falls along a line to the floor",
                formula="floor + (1 - floor) (1 - step / total)",
                helps="fine-tuning; a strong default",
                hurts="when the length of the training is not known in advance",
                values="floor 0",
                paper="Devlin et al. 2019, appendix A.2",
                torch="LinearLR(start_factor=1), PolynomialLR(power=1)",
            ),
        ),
        "polynomial": ScheduleRow(
            function=shapes.polynomial,
            card=Card(
                does="falls as a power of what is left",
                formula="floor + (1 - floor) (1 - step / total)^power",
                helps="large batches, segmentation",
                hurts="when the length of the training is not known in advance",
                values="power 2, floor 0",
                paper="You, Gitman & Ginsburg 2017; Chen et al. 2017",
                torch="PolynomialLR",
            ),
        ),
        "exponential": ScheduleRow(
            function=shapes.exponential,
            card=Card(
                does="shrinks smoothly by gamma per span",
                formula="gamma^(step / every)",
                helps="trainings of unknown length",
                hurts="soon too small: 0.95 per epoch is 0.08 after 50",
                values="gamma 0.95 per 1ep",
                paper="Senior et al. 2013, on speech networks, as exponential scheduling",
                dialect="smooth between spans; torch calls it once a span",
                torch="ExponentialLR",
            ),
        ),
        "natural_exponential": ScheduleRow(
            function=shapes.natural_exponential,
            card=Card(
                does="shrinks as exp(-rate * spans)",
                formula="exp(-rate * step / every)",
                helps="as exponential, with the rate of decay as its knob",
                hurts="soon too small",
                values="rate 0.05 per 1ep",
                paper="Senior et al. 2013, as exponential scheduling",
                dialect="exponential with gamma = exp(-rate)",
            ),
        ),
        "inverse_time": ScheduleRow(
            function=shapes.inverse_time,
            card=Card(
                does="shrinks as one over time",
                formula="1 / (1 + rate * step / every)",
                helps="convex losses: it meets the Robbins-Monro conditions",
                hurts="slow at the end",
                values="rate 0.5 per 1ep",
                paper="Robbins & Monro 1951",
            ),
        ),
        "inverse_sqrt": ScheduleRow(
            function=shapes.inverse_sqrt,
            card=Card(
                does="shrinks as one over the root of time",
                formula="1 / sqrt(1 + step / every)",
                helps="transformers; trainings of unknown length",
                hurts="never gets small",
                values="every equal to the warm-up",
                paper="Vaswani et al. 2017, section 5.3",
                dialect="with `every` equal to the warm-up: sqrt(warmup / step), the paper's",
            ),
        ),
        "cosine": ScheduleRow(
            function=shapes.cosine,
            card=Card(
                does="falls along half a cosine to the floor",
                formula="floor + (1 - floor) (1 + cos(pi step / total)) / 2",
                helps="the default of most trainings: long at a high rate, gentle at the end",
                hurts="when the length of the training is not known in advance",
                values="floor 0 to 0.1, warm-up 5%",
                paper="Loshchilov & Hutter 2017, equation 5, one cycle",
                torch="CosineAnnealingLR",
            ),
        ),
        "restarts": ScheduleRow(
            function=shapes.restarts,
            card=Card(
                does="repeats the cosine in cycles, each `multiply` times as long (SGDR)",
                formula="the cosine of (step - begin) / length of the cycle",
                helps="good at any cycle's end; snapshots for an ensemble",
                hurts="each restart undoes some progress: compare at ends of cycles",
                values="first 10ep, multiply 2; first 1ep with multiply 2 for short trainings",
                paper="Loshchilov & Hutter 2017",
                dialect="T_0 is first, T_mult is multiply",
                torch="CosineAnnealingWarmRestarts",
            ),
        ),
        "cyclical": ScheduleRow(
            function=shapes.cyclical,
            card=Card(
                does="goes up and down between low and high",
                formula="low + (high - low) * triangle(step / rise)",
                helps="leaves saddles; few knobs once the range is known",
                hurts="the range must be found first (a range test)",
                values="low 0.1 to 0.25, rise 2 to 10 epochs; momentum against it: low 1, high 0.9",
                paper="Smith 2017",
                dialect="lr is the top of the cycle, as max_lr of torch; triangular2 halves"
                " the height after each cycle, exp_range shrinks it by gamma at each step",
                torch="CyclicLR",
            ),
        ),
        "one_cycle": ScheduleRow(
            function=shapes.one_cycle,
            card=Card(
                does="rises over a share of the training, then falls far below",
                formula="start -> top -> end, by half cosines or lines",
                helps="very large rates; fast trainings (super-convergence)",
                hurts="when the length changes; lr must be the largest that is stable",
                values="rise 0.3, start 0.04, top 1, end 4e-6; momentum against it: start 1, "
                "top 0.9, end 1",
                paper="Smith & Topin 2019",
                dialect="torch's; its cycle of the momentum is a schedule of its own",
                torch="OneCycleLR",
            ),
        ),
        "plateau": ScheduleRow(
            function=shapes.plateau,
            python="trainlab.schedules.on_plateau(optimizer)",
            card=Card(
                does="multiplies the rate by gamma when the validation score stalls",
                formula="gamma^(reductions so far)",
                helps="no length to choose in advance",
                hurts="noisy scores: patience is spent on noise",
                values="gamma 0.1, patience 10 evaluations",
                paper="Senior et al. 2013, as performance scheduling",
                dialect="torch's, threshold relative; each member by its own score",
                torch="ReduceLROnPlateau",
            ),
        ),
        "join": ScheduleRow(
            function=join,
            card=Card(
                does="follows several schedules one after another, each on its own stretch",
                formula="scale_i f_i(step - begin_i), begin_i <= step < until_i",
                helps="warm-up, plateau and decay said apart (WSD); a phase of fine-tuning",
                hurts="without `continuous` the rate jumps where the parts do not meet",
                values="parts [{name: constant, until: 80%}, {name: linear}]; spans within a part "
                "are spans of its stretch",
                paper="Hu et al. 2024 (MiniCPM), section 4.1: warm-up, stable, decay",
                dialect="until is counted from the start of the join; each part counts from 0",
                torch="SequentialLR",
            ),
        ),
    },
)
