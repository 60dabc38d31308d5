"""The tables of docs/costs.md, and the runbook's of an idle stack. `python -m rebasket_cli.costs.page` writes them anew.

Each stands in its page between `<!-- costs: NAME -->` and `<!-- end -->`; the rest of the page is written by hand.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rebasket_cli.costs.bill import dollars, priced, quantity
from rebasket_cli.costs.courses import COURSES, POSTED
from rebasket_cli.costs.measured import read_measured
from rebasket_cli.costs.prices import price_list, regions
from rebasket_cli.costs.traffic import FULLEST, Habits, Traffic
from rebasket_cli.costs.usage import SECONDS, by_function, run_ms, usage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGES = (DOCS / "costs.md", DOCS / "operations.md")
VOLUMES = (1_000, 10_000, 100_000, 1_000_000)
RATES = (10, 100, 1_000)
BUSY = ("IngestFunction", "RemindFunction", "FeedbackFunction", "VisitFunction")
COUNTRIES = ("US", "PL", "UA", "GB", "DE", "FR", "RU", "IT")
BLOCK = re.compile(r"(<!-- costs: (?P<name>[a-z0-9-]+) -->\n).*?(<!-- end -->)", re.DOTALL)

LIVES = {
    "bought": "bought in the same visit",
    "unreachable": "left by somebody unknown",
    "held": "left, in the control group",
    "mailed": "left, two e-mails, not bought",
    "texted": "left, two text messages of one part, not bought",
    "recovered": "left, two e-mails, a click, an order",
}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """In Markdown; figures to the right."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def by_volume(region: str, traffic: Callable[[int], Traffic]) -> str:
    """One column for each number of carts, one row for each thing, in dollars a month."""
    bills = [priced(traffic(carts), region) for carts in VOLUMES]
    rows = []
    for thing, name in price_list(region, "US").things.items():
        lines = [one.line(thing) for one in bills]
        if not any(lines):
            continue
        if all(line is None or line.cost is None for line in lines):
            rows.append([f"{name}, unpriced", *(quantity(line.quantity) if line else "" for line in lines)])
        else:
            rows.append([name, *(dollars(line.cost) if line else "" for line in lines)])
    rows.append(["**all that is priced**", *(f"**{dollars(one.total)}**" for one in bills)])
    rows.append(
        ["for a thousand carts", *(dollars(one.total * 1000 // carts) for one, carts in zip(bills, VOLUMES, strict=True))]
    )
    return table([f"{region}, dollars a month", *(f"{carts:,} carts" for carts in VOLUMES)], rows)


def fullest(region: str) -> str:
    """Every cart goes through everything."""
    return by_volume(region, lambda carts: Traffic(carts=carts, lives=FULLEST))


def usual(region: str) -> str:
    """Habits as assumed."""
    return by_volume(region, lambda carts: Traffic(carts=carts))


def lives() -> str:
    """What a thousand carts of one kind cost, besides an idle stack: of a hundred thousand, so that nothing is cold."""
    idle = {region: priced(Traffic(carts=0), region).total for region in regions()}
    rows = []
    for name in COURSES:
        traffic = Traffic(carts=100_000, lives={name: Fraction(1)})
        cells = []
        for region in regions():
            found = priced(traffic, region)
            more = [line.name for line in found.unpriced if line.thing in {"email", "text_part"}]
            cells.append(dollars((found.total - idle[region]) // 100) + (f" + {', '.join(more)}" if more else ""))
        rows.append([LIVES[name], *cells])
    return table(["a thousand carts", *(f"{region}, $" for region in regions())], rows)


def texts() -> str:
    """Text messages by country."""
    rows = []
    for country in COUNTRIES:
        price = price_list(regions()[0], country).prices.get("text_part")
        rows.append(
            [country, f"{float(price.each) / 1_000_000:.5f}" if price else "unpriced", price.source if price else "no source"]
        )
    return table(["to", "$ a part", "source"], rows)


def idle() -> str:
    """What an idle stack costs: with the default of four shards, and with one."""
    columns = [(region, shards) for region in regions() for shards in (4, 1)]
    bills = [priced(Traffic(carts=0, shards=shards), region) for region, shards in columns]
    rows = []
    for thing, name in price_list(regions()[0], "US").things.items():
        lines = [one.line(thing) for one in bills]
        if any(lines):
            free = "; none while the account stays in its free allowance" if any(line and line.free for line in lines) else ""
            rows.append([name + free, *(dollars(line.cost) if line else "0" for line in lines)])
    rows.append(["**all that is priced**", *(f"**{dollars(one.total)}**" for one in bills)])
    return table(["$ a month", *(f"{region}, TimerShards={shards}" for region, shards in columns)], rows)


def load() -> str:
    """What so many carts a second ask of AWS, when each goes through everything."""
    measured = read_measured()
    traffics = [Traffic(carts=rate * SECONDS, lives=FULLEST) for rate in RATES]
    uses = [by_function(traffic, measured) for traffic in traffics]
    amounts = [usage(traffic, measured) for traffic in traffics]
    rows = [
        ["requests to the API", *(f"{float(amount['http_request']) / SECONDS:,.0f}" for amount in amounts)],
        ["units written to DynamoDB", *(f"{float(amount['write_unit']) / SECONDS:,.0f}" for amount in amounts)],
        ["units read from DynamoDB", *(f"{float(amount['read_unit']) / SECONDS:,.0f}" for amount in amounts)],
        ["e-mails", *(f"{float(amount['email']) / SECONDS:,.0f}" for amount in amounts)],
    ]
    for name in BUSY:
        runs = [float(use[name].runs) / SECONDS for use in uses]
        rows.append([f"runs of {name.removesuffix('Function').lower()}", *(f"{each:,.0f}" for each in runs)])
        busy = [each * run_ms(use[name], measured.memory[name]) / 1000 for each, use in zip(runs, uses, strict=True)]
        rows.append(["… of them at once", *(f"{each:,.0f}" for each in busy)])
    return table(["a second", *(f"{rate:,} carts" for rate in RATES)], rows)


def sources() -> str:
    """Every price with its source."""
    rows = []
    for thing, name in price_list(regions()[0], "US").things.items():
        if thing == "text_part":
            continue
        found = [price_list(region, "US").prices.get(thing) for region in regions()]
        each = [f"{float(price.each) / 1_000_000:.10f}".rstrip("0").rstrip(".") if price else "unpriced" for price in found]
        rows.append([name, *each, "; ".join(dict.fromkeys(price.source for price in found if price)) or "no source"])
    return table(["$ each", *regions(), "source"], rows)


def assumed() -> str:
    """The habits of the usual traffic."""
    shares = Habits().lives()
    rows = [[LIVES[name], f"{float(share) * 100:g} %"] for name, share in shares.items() if share]
    return table([f"of the carts, each of {POSTED} events", "share"], rows)


BLOCKS: dict[str, Callable[[], str]] = {
    **{f"fullest-{region}": partial(fullest, region) for region in regions()},
    **{f"usual-{region}": partial(usual, region) for region in regions()},
    "lives": lives,
    "texts": texts,
    "idle": idle,
    "load": load,
    "sources": sources,
    "assumed": assumed,
}


def renewed(page: str) -> str:
    """The page with its tables made anew. Raises KeyError for a table that nobody makes."""
    return BLOCK.sub(lambda match: f"{match[1]}\n{BLOCKS[match['name']]()}\n{match[3]}", page)


if __name__ == "__main__":
    for path in PAGES:
        path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
