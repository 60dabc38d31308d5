"""The report's two drawings, as SVG with words for those who cannot see them. Colours come from the page's style."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Final

from rebasket_local.results.outcomes import Fate
from rebasket_local.results.words import percent

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence

    from rebasket.usecases.reporting.comparison import Rate

_WIDTH: Final = 960
_MOST_LABELS: Final = 16


def timeline(days: Mapping[str, Counter[Fate]]) -> str:
    """Abandoned carts a day, by what became of them, as stacked columns."""
    height, left, base = 300, 44, 256
    top = max((sum(fates.values()) for fates in days.values()), default=0)
    step = _round_step(top)
    ceiling = max(step * math.ceil(top / step), step)
    scale = (base - 16) / ceiling
    parts = [_grid(value, base - value * scale, left) for value in range(0, ceiling + 1, step)]
    column = (_WIDTH - left) / max(1, len(days))
    every = math.ceil(len(days) / _MOST_LABELS)
    for index, (day, fates) in enumerate(days.items()):
        x, y = left + index * column, float(base)
        bars = []
        for fate in Fate:
            size = fates[fate] * scale
            y -= size
            if size:
                width = min(column * 0.68, 46)
                at = x + (column - width) / 2
                bars.append(f'<rect class="{css(fate)}" x="{at:.1f}" y="{y:.1f}" width="{width:.1f}" height="{size:.1f}"/>')
        told = ", ".join(f"{fates[fate]} {fate}" for fate in Fate if fates[fate])
        parts.append(f"<g><title>{escape(f'{_day(day)}: {told}')}</title>{''.join(bars)}</g>")
        if index % every == 0:
            middle = x + column / 2
            parts.append(f'<text class="label" x="{middle:.1f}" y="{base + 22}" text-anchor="middle">{escape(_day(day))}</text>')
    sums = ", ".join(f"{sum(fates[fate] for fates in days.values())} {fate}" for fate in Fate)
    return _svg(height, "Abandoned carts by day and what became of them", f"{len(days)} days, in all {sums}.", parts)


@dataclass(frozen=True, slots=True)
class Group:
    """One line of the comparison."""

    name: str
    rate: Rate
    style: str


def comparison(groups: Sequence[Group]) -> str:
    """Shares with their intervals, one line each, on one axis."""
    height, left, right, row = 62 + 64 * len(groups), 150, 40, 64
    highest = max((group.rate.interval[1] for group in groups if group.rate.count), default=0.0)
    ceiling = max(0.05, math.ceil(highest * 20) / 20)
    scale = (_WIDTH - left - right) / ceiling
    ticks = 5 if ceiling <= 0.25 else 4
    parts = []
    for tick in range(ticks + 1):
        share = ceiling * tick / ticks
        x = left + share * scale
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="8" y2="{height - 34}"/>')
        parts.append(f'<text class="label" x="{x:.1f}" y="{height - 10}" text-anchor="middle">{percent(share)}</text>')
    for index, group in enumerate(groups):
        y = 40 + index * row
        low, high = group.rate.interval
        start, end, middle = (left + share * scale for share in (low, min(high, ceiling), group.rate.share))
        parts.append(f'<text class="name" x="{left - 18}" y="{y + 5}" text-anchor="end">{escape(group.name)}</text>')
        if group.rate.count:
            parts.append(f'<line class="whisker {group.style}" x1="{start:.1f}" x2="{end:.1f}" y1="{y}" y2="{y}"/>')
            parts.append(f'<circle class="dot {group.style}" cx="{middle:.1f}" cy="{y}" r="9"/>')
    told = "; ".join(f"{group.name}: {percent(group.rate.share)} of {group.rate.count}" for group in groups)
    return _svg(height, "Share of carts bought, touched beside held, with 95 % confidence intervals", told, parts)


def css(fate: Fate) -> str:
    """The style of one fate."""
    return f"fate-{fate.name.lower()}"


def _svg(height: int, title: str, description: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" class="chart"><title>{escape(title)}</title>'
        f"<desc>{escape(description)}</desc>{''.join(parts)}</svg>"
    )


def _grid(value: int, y: float, left: int) -> str:
    return (
        f'<line class="grid" x1="{left}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="label" x="{left - 10}" y="{y + 4:.1f}" text-anchor="end">{value}</text>'
    )


def _round_step(top: int) -> int:
    """1, 2 or 5 times a power of ten, so that there are about five lines."""
    rough = max(top, 1) / 5
    power: int = 10 ** max(0, math.floor(math.log10(rough)))
    return next((power * factor for factor in (1, 2, 5, 10) if power * factor >= rough), power * 10)


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%b}"
