"""Whether the two groups are as large as they were drawn: if not, people got lost on one side, and no figure of the comparison
is right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ALARM = 1000.0
"""An e-value from which on the split is told to be wrong: at most one right split in a thousand ever gets there."""

PRIOR_PEOPLE = 100.0
"""How sharply a wrong share is sought near the right one."""

SPLIT_ALPHA = 0.001
"""Of all reasons together, how often one is named without there being anything: it is looked at often, by hand."""


def split_e_value(groups: Iterable[tuple[int, int, int]]) -> float:
    """How much better a wrong split explains the sizes than the right one; valid at every look, 1/e is a p-value.

    `groups`: treated, control, thousandths held; those of the same share are added up, so days and totals give the same. A
    group with negative counts, or in which nobody or everybody is held, says nothing. At most 1e300.
    Dirichlet-multinomial against the design: M. Lindon, A. Malek, Anytime-valid inference for multinomial count data, NeurIPS
    2022.
    """
    totals: dict[int, list[int]] = {}
    for treated, control, held in groups:
        if treated >= 0 and control >= 0 and 0 < held < 1000:  # noqa: PLR2004  # thousandths
            total = totals.setdefault(held, [0, 0])
            total[0] += treated
            total[1] += control
    log_e = math.fsum(_log_e(treated, control, held / 1000) for held, (treated, control) in totals.items())
    return math.exp(min(log_e, 690.0))


def _log_e(treated: int, control: int, share: float) -> float:
    a, b = PRIOR_PEOPLE * (1 - share), PRIOR_PEOPLE * share
    mixture = math.lgamma(a + b) - math.lgamma(a + b + treated + control)
    mixture += math.lgamma(a + treated) - math.lgamma(a) + math.lgamma(b + control) - math.lgamma(b)
    return mixture - treated * math.log1p(-share) - control * math.log(share)


@dataclass(frozen=True, slots=True)
class ReasonCheck:
    """People left out of the comparison for one reason, of both groups; `wrong` where chance does not explain the ratio."""

    reason: str
    treated: int
    control: int
    chi_squared: float
    p_value: float
    wrong: bool


def split_by_reason(reasons: Mapping[str, tuple[int, int]], held: int) -> list[ReasonCheck]:
    """Where the groups differ: Pearson's χ², one degree of freedom each, Bonferroni over the reasons; the least likely first.

    For one look, after the e-value has told that something is wrong. `reasons`: treated and control; `held` in thousandths.
    Raises ValueError unless 0 < held < 1000.
    """
    if not 0 < held < 1000:  # noqa: PLR2004  # thousandths
        raise ValueError("of both groups somebody is needed")
    found = []
    for reason, (treated, control) in reasons.items():
        people, share = treated + control, held / 1000
        chi_squared = (control - people * share) ** 2 / (people * share * (1 - share)) if people else 0.0
        p_value = math.erfc(math.sqrt(chi_squared / 2))
        found.append(ReasonCheck(reason, treated, control, chi_squared, p_value, p_value < SPLIT_ALPHA / len(reasons)))
    return sorted(found, key=lambda check: (check.p_value, check.reason))
