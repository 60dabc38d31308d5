"""Findings about what reminders need to reach anybody: the sender, SES, its events, and text messages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rebasket_cli.doctor.finding import aws, deploy, fail, ok, warn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket_cli.doctor.facts import Dmarc, Facts, Identity, MailEvents, Sender, SesAccount, TextMessages
    from rebasket_cli.doctor.finding import Finding

KINDS = frozenset({"SEND", "DELIVERY", "DELIVERY_DELAY", "BOUNCE", "COMPLAINT", "REJECT"})
"""Of SES events, as template.yaml asks for them."""

NOBODYS = ("example", "invalid", "localhost", "test")
"""Top-level domains that nobody owns, besides example.com, .net and .org (RFC 2606, RFC 6761)."""

NEARLY = 0.8
"""Share of a quota from which one should ask for more: an answer takes a day."""


def delivery(facts: Facts) -> Iterator[Finding]:
    """What is known of it."""
    if facts.sender is not None:
        yield from _sender(facts, facts.sender)
    if facts.dmarc is not None:
        yield _dmarc(facts.dmarc)
    if facts.ses is not None:
        yield from _account(facts, facts.ses)
    if facts.mail_events is not None:
        yield from _events(facts, facts.mail_events)
    if facts.texts is not None:
        yield from _texts(facts, facts.texts)


def is_nobodys(domain: str) -> bool:
    """Whether the domain is kept for examples and tests."""
    labels = domain.split(".")
    return labels[-1] in NOBODYS or labels[-2:] in (["example", "com"], ["example", "net"], ["example", "org"])


def _sender(facts: Facts, sender: Sender) -> Iterator[Finding]:
    if is_nobodys(sender.domain):
        mend = deploy(facts, "SenderEmail=reminders@your-domain")
        yield fail("sender", f"{sender.address} is nobody's address", "SES refuses every message.", mend)
        return
    identity = sender.verified
    if identity is None:
        pending = ", ".join(one.name for one in sender.identities)
        mend = (
            aws(facts, f"sesv2 get-email-identity --email-identity {pending.split(', ')[0]} --query DkimAttributes.Tokens")
            + "   # publish these records"
            if pending
            else aws(facts, f"sesv2 create-email-identity --email-identity {sender.domain}")
        )
        means = "SES refuses every message; reminders wait until the policy gives them up."
        yield fail("sender", f"{sender.address}: {pending + ' is not verified yet' if pending else 'no identity'}", means, mend)
        return
    yield ok("sender", f"{sender.address}, by the verified identity {identity.name}")
    yield _dkim(facts, sender, identity)
    if "@" not in identity.name:
        yield _mail_from(facts, identity)


def _dkim(facts: Facts, sender: Sender, identity: Identity) -> Finding:
    means = (
        "Gmail and Yahoo want mail signed by its own domain; one-click unsubscribe counts only when DKIM covers it (RFC 8058)."
    )
    if "@" in identity.name:
        mend = aws(facts, f"sesv2 create-email-identity --email-identity {sender.domain}")
        return fail("DKIM", f"only the address {identity.name} is verified, its domain is not", means, mend)
    if not identity.signing:
        mend = aws(facts, f"sesv2 put-email-identity-dkim-attributes --email-identity {identity.name} --signing-enabled")
        return fail("DKIM", f"off for {identity.name}", means, mend)
    if identity.dkim != "SUCCESS":
        look = aws(facts, f"sesv2 get-email-identity --email-identity {identity.name} --query DkimAttributes.Tokens")
        records = f"   # publish each as CNAME TOKEN._domainkey.{identity.name} → TOKEN.dkim.amazonses.com"
        return fail("DKIM", f"{identity.dkim} for {identity.name}", means, look + records)
    return ok("DKIM", f"signs as {identity.name}")


def _mail_from(facts: Facts, identity: Identity) -> Finding:
    if identity.mail_from is None:
        means = "Bounces go to amazonses.com, so SPF does not speak for the sender's domain; DMARC rests on DKIM alone."
        mend = aws(
            facts,
            f"sesv2 put-email-identity-mail-from-attributes --email-identity {identity.name}"
            f" --mail-from-domain bounce.{identity.name}",
        )
        return warn("MAIL FROM", f"none for {identity.name}", means, mend)
    if identity.mail_from_status != "SUCCESS":
        means = "SES falls back on amazonses.com until the MX and TXT records are there."
        mend = (
            f"Publish: {identity.mail_from} MX 10 feedback-smtp.{facts.region}.amazonses.com"
            f' and {identity.mail_from} TXT "v=spf1 include:amazonses.com ~all"'
        )
        return warn("MAIL FROM", f"{identity.mail_from}: {identity.mail_from_status}", means, mend)
    return ok("MAIL FROM", identity.mail_from)


def _dmarc(dmarc: Dmarc) -> Finding:
    policies = [record for record in dmarc.records if record.replace(" ", "").startswith("v=DMARC1;")]
    name = f"_dmarc.{dmarc.domain}"
    if len(policies) == 1:
        return ok("DMARC", f"{name}: {policies[0]}")
    means = "Gmail and Yahoo want a DMARC policy from whoever sends them 5,000 a day, and trust others less without."
    seen = f"{len(policies)} policies at {name}: one is valid" if policies else f"no policy at {name}"
    return warn("DMARC", seen, means, f'Publish one: {name} TXT "v=DMARC1; p=none; rua=mailto:postmaster@{dmarc.domain}"')


def _account(facts: Facts, ses: SesAccount) -> Iterator[Finding]:
    if not ses.production:
        shops = facts.tenants.shops if facts.tenants else ()
        site = next((shop.url for shop in shops if shop.url), "https://your-shop")
        mend = aws(
            facts,
            f"sesv2 put-account-details --production-access-enabled --mail-type MARKETING --website-url {site}"
            " --contact-language EN --use-case-description"
            " 'Reminders of abandoned carts, to shoppers who agreed, with one-click unsubscribe'",
        )
        means = "SES sends to verified addresses only, 200 a day: shoppers get nothing. AWS answers within a day."
        yield fail("SES account", "in the sandbox", means, mend)
    if not ses.sending:
        mend = aws(facts, "sesv2 put-account-sending-attributes --sending-enabled")
        yield fail("SES account", "sending is paused", "SES refuses every message; reminders wait.", mend)
    if ses.enforcement != "HEALTHY":
        note = warn if ses.enforcement == "PROBATION" else fail
        look = "Read AWS's message in the Support Center, then answer it: https://console.aws.amazon.com/support/home"
        yield note("SES account", f"under review: {ses.enforcement}", "AWS may pause, or has paused, all mail.", look)
    yield _quota(ses)


def _quota(ses: SesAccount) -> Finding:
    a_day = "no daily limit" if ses.most_a_day < 0 else f"{ses.most_a_day:,.0f} a day"
    seen = f"{a_day}, {ses.most_a_second:,.0f} a second; {ses.sent:,.0f} in the last 24 hours"
    used = ses.sent / ses.most_a_day if ses.most_a_day > 0 else 0.0
    if used < NEARLY:
        return ok("SES quota", seen)
    means = "Beyond the quota reminders wait, and expire by policy." if used >= 1 else "Nearly used up."
    ask = "Ask for more, an answer takes a day: Service Quotas, Amazon SES, “Sending quota” (console)"
    return (fail if used >= 1 else warn)("SES quota", seen, means, ask)


def _events(facts: Facts, found: MailEvents) -> Iterator[Finding]:
    name = found.configuration_set
    if not found.sending:
        mend = aws(facts, f"sesv2 put-configuration-set-sending-options --configuration-set-name {name} --sending-enabled")
        yield fail("mail events", f"sending with {name} is paused", "SES refuses every message; reminders wait.", mend)
    missing = sorted(KINDS - found.kinds)
    if found.destination is not None and found.enabled and not missing:
        yield ok("mail events", f"{name} → EventBridge: {', '.join(sorted(found.kinds))}")
        return
    wanted = {
        "Enabled": True,
        "MatchingEventTypes": sorted(KINDS),
        "EventBridgeDestination": {"EventBusArn": _default_bus(facts)},
    }
    verb, target = ("update", found.destination) if found.destination else ("create", "event-bus")
    mend = aws(
        facts,
        f"sesv2 {verb}-configuration-set-event-destination --configuration-set-name {name}"
        f" --event-destination-name {target} --event-destination '{json.dumps(wanted)}'",
    )
    seen = "none" if found.destination is None else "off" if not found.enabled else f"without {', '.join(missing)}"
    means = "Bounces and complaints suppress nobody, the brake is blind, and unknown touches stay unknown."
    yield fail("mail events", f"{name} → EventBridge: {seen}", means, mend)


def _default_bus(facts: Facts) -> str:
    """Its ARN, from the stack's own (`arn:PARTITION:cloudformation:REGION:ACCOUNT:…`)."""
    _, partition, _, region, account, *_ = (facts.deployment.arn if facts.deployment else "").split(":") + [""] * 5
    return f"arn:{partition}:events:{region}:{account}:event-bus/default"


def _texts(facts: Facts, texts: TextMessages) -> Iterator[Finding]:
    shops = [shop.id for shop in facts.tenants.shops if shop.texts] if facts.tenants else []
    if not shops:
        yield ok("text messages", "no shop's policy uses them")
        return
    wanted = f"{', '.join(shops)} may send text messages"
    if texts.sandbox:
        means = "SNS reaches verified numbers only, and nobody else."
        leave = f"Exit the sandbox (console, a support case): https://console.aws.amazon.com/sns/v3/home?region={facts.region}#/mobile/text-messaging"
        yield warn("text messages", f"in the SMS sandbox, though {wanted}", means, leave)
    if float(texts.limit) <= 1:
        means = (
            "At the limit, which may be a handful of messages, SNS still takes them and delivers none until the month is over."
        )
        mend = aws(facts, "sns set-sms-attributes --attributes MonthlySpendLimit=50")
        more = "   # up to the account's quota; more: Service Quotas"
        yield warn("text messages", f"at most $ {texts.limit} a month, though {wanted}", means, mend + more)
    if not texts.sandbox and float(texts.limit) > 1:
        yield ok("text messages", f"at most $ {texts.limit} a month; {wanted}")
