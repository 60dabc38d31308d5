"""The domain that reminders come from: its records say what SES and receivers ask for, by hand or in Route 53."""

import re
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

from rebasket_local.errors import TemplateInvalid
from rebasket_local.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
EMAIL = ROOT / "infra/email.yaml"
COPIED = {"DkimRecord1", "DkimRecord2", "DkimRecord3", "MailFromMxRecord", "MailFromSpfRecord"}


def email(**parameters: str) -> Stack:
    return Stack(EMAIL, {"Domain": "shop.example"} | parameters, region="eu-central-1", name="rebasket-email")


def test_the_domain_signs_its_mail_and_takes_bounces_below_itself() -> None:
    (identity,) = email().of_type("AWS::SES::EmailIdentity")
    assert identity.properties["EmailIdentity"] == "shop.example"
    assert identity.properties["DkimAttributes"] == {"SigningEnabled": True}
    assert identity.properties["DkimSigningAttributes"] == {"NextSigningKeyLength": "RSA_2048_BIT"}
    assert identity.properties["MailFromAttributes"]["MailFromDomain"] == "bounce.shop.example"


def test_the_domain_outlives_the_stack() -> None:
    written = yaml_parse(EMAIL.read_text(encoding="utf-8"))["Resources"]
    assert {name: (each["DeletionPolicy"], each["UpdateReplacePolicy"]) for name, each in written.items()} == {
        "Identity": ("Retain", "Retain"),
        "Records": ("Retain", "Retain"),
    }


def test_the_records_to_copy_are_complete() -> None:
    outputs = email().outputs
    assert set(outputs) == {*COPIED, "DmarcRecord", "IdentityArn"}
    for number in (1, 2, 3):
        assert re.fullmatch(r"\w+\._domainkey\.shop\.example CNAME \w+\.dkim\.amazonses\.com", outputs[f"DkimRecord{number}"])
    assert outputs["MailFromMxRecord"] == "bounce.shop.example MX 10 feedback-smtp.eu-central-1.amazonses.com"
    assert outputs["MailFromSpfRecord"] == 'bounce.shop.example TXT "v=spf1 include:amazonses.com ~all"'


def test_route_53_gets_the_same_records_but_dmarc() -> None:
    """DMARC is about all mail of the domain; whoever sends the rest of it decides."""
    stack = email(HostedZoneId="Z08345123ABCDEFGHIJKL")
    (group,) = stack.of_type("AWS::Route53::RecordSetGroup")
    assert group.properties["HostedZoneId"] == "Z08345123ABCDEFGHIJKL"
    made = {f"{each['Name']} {each['Type']} {each['ResourceRecords'][0]}" for each in group.properties["RecordSets"]}
    assert made == {stack.outputs[name] for name in COPIED}
    assert not list(email().of_type("AWS::Route53::RecordSetGroup"))


@pytest.mark.parametrize(
    ("parameters", "record"),
    [
        ({}, "v=DMARC1; p=none"),
        ({"DmarcReports": "dmarc@shop.example"}, "v=DMARC1; p=none; rua=mailto:dmarc@shop.example"),
        (
            {"DmarcReports": "d@shop.example", "DmarcPolicy": "quarantine"},
            "v=DMARC1; p=quarantine; rua=mailto:d@shop.example",
        ),
    ],
)
def test_the_dmarc_record_follows_the_standard(parameters: dict[str, str], record: str) -> None:
    """RFC 7489, section 6.3: `v` first, then `p`. Alignment is relaxed unless it says otherwise, as a MAIL FROM below needs."""
    assert email(**parameters).outputs["DmarcRecord"] == f'_dmarc.shop.example TXT "{record}"'


@pytest.mark.parametrize("domain", ["shop.example", "mail.shop.example", "xn--e1afmkfd.example", "a.co"])
def test_a_domain_is_taken(domain: str) -> None:
    assert email(Domain=domain).outputs["IdentityArn"].endswith(f":identity/{domain}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Domain", "shop"),
        ("Domain", "Shop.example"),
        ("Domain", "shop.example."),
        ("Domain", "carts@shop.example"),
        ("Domain", "-shop.example"),
        ("MailFromSubdomain", "bounce.mail"),
        ("MailFromSubdomain", ""),
        ("HostedZoneId", "shop.example"),
        ("DmarcPolicy", "p=none"),
        ("DmarcReports", "mailto:dmarc@shop"),
    ],
)
def test_what_could_not_work_is_refused_before_anything_is_deployed(name: str, value: str) -> None:
    with pytest.raises(TemplateInvalid, match=name):
        email(**{name: value})


def test_every_parameter_is_explained_and_has_its_place() -> None:
    written = yaml_parse(EMAIL.read_text(encoding="utf-8"))
    for name, parameter in written["Parameters"].items():
        assert parameter["Description"], name
        assert parameter["ConstraintDescription"], name
        assert {"AllowedPattern", "AllowedValues"} & set(parameter), name
    groups = written["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(written["Parameters"])
    assert all(output["Description"] for output in written["Outputs"].values())


def test_the_configuration_set_stays_with_the_rule_that_listens_to_it(stack: Stack) -> None:
    """Its name is in the rule's pattern, in remind's permission and in the event destination: they go together."""
    assert not list(email().of_type("AWS::SES::ConfigurationSet"))
    (rule,) = stack.of_type("AWS::Events::Rule")
    (configuration,) = stack.of_type("AWS::SES::ConfigurationSet")
    assert rule.properties["EventPattern"]["detail"]["mail"]["tags"]["ses:configuration-set"] == [configuration.ref]
