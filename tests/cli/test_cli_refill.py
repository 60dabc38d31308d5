from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from rebasket.wiring import App
from rebasket_cli import refill
from rebasket_cli.main import app as cli
from rebasket_cli.refill import Put
from rebasket_cli.stack import Stack
from tests.template.moto_stack import REGION, an_app

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def app() -> Iterator[App]:
    """Carts, and beside it what was restored."""
    with mock_aws():
        client = boto3.client("dynamodb", region_name=REGION)
        app = an_app(client)
        client.create_table(
            TableName="restored",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        )
        app.clock = lambda: NOW
        yield app


def an_item(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # typed attributes
    return {"pk": {"S": name}, "sk": {"S": "x"}, **more}


def fill(app: App, table: str, *items: dict[str, Any]) -> None:
    for item in items:
        app.dynamodb.put_item(TableName=table, Item=item)


def stored(app: App) -> dict[str, dict[str, Any]]:
    return {item["pk"]["S"]: item for item in app.dynamodb.scan(TableName="carts")["Items"]}


def test_what_is_missing_comes_back_and_what_is_there_stays(app: App) -> None:
    lost = an_item("cart#lost", expires={"N": str(int((NOW + DAY).timestamp()))}, facts={"B": b"\x00\xff"})
    fill(app, "restored", lost, an_item("contact#a", said={"S": "yes"}), an_item("old", expires={"N": str(int(NOW.timestamp()))}))
    fill(app, "carts", an_item("contact#a", said={"S": "no"}))
    assert refill.refill(app.dynamodb, "restored", "carts", NOW, dry=True) == {Put.BACK: 1, Put.THERE: 1, Put.OVER: 1}
    assert stored(app).keys() == {"contact#a"}
    assert refill.refill(app.dynamodb, "restored", "carts", NOW) == {Put.BACK: 1, Put.THERE: 1, Put.OVER: 1}
    assert stored(app) == {"cart#lost": lost, "contact#a": an_item("contact#a", said={"S": "no"})}
    assert refill.refill(app.dynamodb, "restored", "carts", NOW) == Counter({Put.THERE: 2, Put.OVER: 1})


def test_the_command_says_what_comes_next(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(app, "restored", *(an_item(f"cart#{number}") for number in range(40)))
    stack = Stack(app=app, dead_timers_url="", dead_feedback_url="", failed_batches_bucket="")
    monkeypatch.setattr(refill, "open_stack", lambda _name: stack)
    told = CliRunner().invoke(cli, ["refill", "--from", "restored", "--stack", "tea"])
    assert told.exit_code == 0
    assert "40 put back" in told.output
    assert "rebasket rearm --stack tea" in told.output
    assert len(stored(app)) == 40


def test_an_error_of_the_table_is_an_error(app: App) -> None:
    fill(app, "restored", an_item("a"))
    with pytest.raises(app.dynamodb.exceptions.ResourceNotFoundException):
        refill.refill(app.dynamodb, "restored", "nowhere", NOW)
