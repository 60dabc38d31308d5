"""report.html: what finance and the shop's owner want to know, on one page that needs nothing but itself."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from minijinja import Environment

from rebasket_local.results import charts, explanations, sections, words
from rebasket_local.results.adjustments import later_changes
from rebasket_local.results.lateness import lateness
from rebasket_local.results.outcomes import Fate, by_day
from rebasket_local.results.summary import broken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rebasket_local.results.findings import Findings
    from rebasket_local.results.previews import Preview
    from rebasket_local.results.summary import Summary
    from rebasket_local.traffic.settings import Figure

ENVIRONMENT: Final = Environment(
    loader=lambda name: (files("rebasket_local.results") / "templates" / name).read_text(encoding="utf-8"),
    filters={
        each.__name__: each
        for each in (
            words.number,
            words.percent,
            words.points,
            words.dollars,
            words.money,
            words.signed,
            words.signed_dollars,
            words.signed_money,
        )
    }
    | {"words": str.split},
    undefined_behavior="strict",
    auto_escape_callback=lambda name: name.endswith(".html"),
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the page says of the run itself: whose data it is, how to have the same again, what else one must know of it."""

    title: str
    origin: str
    command: str
    notes: Sequence[str] = ()


def report_page(
    findings: Findings, summary: Summary, about: About, samples: Sequence[Preview], figures: Sequence[Figure] = ()
) -> str:
    """The page. `samples` are messages to show; `figures` what the traffic was made of, if it was made."""
    compared = findings.compared
    return ENVIRONMENT.render_template(
        "report.html",
        about=about,
        shop=findings.shop,
        summary=summary,
        promises=sections.promises(summary),
        broken=broken(summary),
        funnel=sections.funnel(findings, summary, compared),
        channels=sections.channels(findings),
        compared=sections.compared_groups(compared, findings.total["cost_microusd"]),
        comparison_chart=charts.comparison(
            [
                charts.Group("Touched", compared.touched, "fate-recovered"),
                charts.Group("Held back", compared.held, "fate-held"),
            ]
        ),
        timeline=charts.timeline(by_day(findings.episodes, findings.shop.policy.window)),
        fates=[{"name": fate.value, "css": charts.css(fate)} for fate in Fate],
        report=findings.report,
        later=later_changes(findings),
        states=explanations.states(findings),
        late=lateness(findings),
        unknowns=[*explanations.unknowns(findings), *about.notes],
        prices=explanations.prices(findings),
        policy=explanations.policy(findings),
        samples=[_sample(sample) for sample in samples],
        figures=figures,
        did=sorted(findings.ledger.did.items(), key=lambda item: (-item[1], item[0])),
        first=findings.started_at,
        first_day=f"{findings.started_at:%-d %B}",
        last_day=f"{findings.ended_at:%-d %B %Y}",
    )


def _sample(sample: Preview) -> dict[str, object]:
    message = sample.message
    return {
        "channel": message.channel,
        "to": message.to,
        "at": f"{message.at:%a %-d %b, %H:%M} UTC",
        "subject": sample.subject,
        "text": sample.text,
        "page": sample.page,
    }
