"""Two shops in one installation: whatever one of them sends under whatever name, nothing of the other's changes or shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.security.two_shops import ANNA, JSON, moment

if TYPE_CHECKING:
    from tests.security.two_shops import TwoShops


def of(shops: TwoShops, shop: str) -> dict[tuple[str, str], object]:
    """All that is stored of one shop: each key names it between the first two marks, but for links, which say so inside."""
    return {
        key: item
        for key, item in shops.everything().items()
        if key[0].split("#")[1:2] == [shops.id(shop)] or item.get("shop", {}).get("S") == shops.id(shop)
    }


def test_the_same_ids_and_the_same_person_at_both_shops_are_two_of_each(shops: TwoShops) -> None:
    for shop in ("oak", "ash"):
        assert shops.post(shop, shops.cart("c1")).json()["accepted"] == 1
    shops.advance(hours=2)
    assert (shops.mails("oak"), shops.mails("ash")) == ([ANNA], [ANNA])
    assert shops.code("oak") != shops.code("ash")

    before = of(shops, "ash")
    assert shops.cloud.http("POST", f"/o/{shops.code('oak')}").status == 200
    shops.post("oak", shops.order("c1", "o1", ANNA))
    assert of(shops, "ash") == before
    shops.advance(hours=24)
    assert (len(shops.mails("oak")), len(shops.mails("ash"))) == (1, 2), "a no and a purchase at oak stop nothing at ash"
    assert (shops.report("oak")["total"]["recovered"], shops.report("ash")["total"]["recovered"]) == (1, 0)
    assert shops.cloud.failures == []


def test_refunds_cancellations_and_deletions_reach_no_other_shop(shops: TwoShops) -> None:
    shops.post("oak", shops.cart("c1"))
    shops.advance(hours=2)
    shops.post("oak", shops.order("c1", "o1"))
    before = of(shops, "oak")
    about = {"cart": "c1", "at": moment(shops.cloud.now)}
    attacks: list[dict[str, object]] = [
        {**about, "id": "x1", "type": "order.refunded", "order": {"id": "o1", "amount": 1450, "currency": "EUR"}},
        {**about, "id": "x2", "type": "order.cancelled", "order": {"id": "o1"}},
        {**about, "id": "x3", "type": "cart.deleted"},
        shops.order("c1", "o1", ANNA),
    ]
    for event in attacks:
        assert shops.post("ash", event).status == 202
    assert of(shops, "oak") == before
    assert shops.report("oak")["total"]["refunded"] == {}


def test_an_order_of_the_same_number_counts_for_each_shop_and_is_paid_back_by_its_own(shops: TwoShops) -> None:
    for shop in ("oak", "ash"):
        shops.post(shop, shops.cart(f"of {shop}"))
    shops.advance(hours=2)
    for shop in ("oak", "ash"):
        shops.post(shop, shops.order(f"of {shop}", "o1"))
    refund = {"id": "x1", "at": moment(shops.cloud.now), "type": "order.refunded"}
    shops.post("ash", {**refund, "order": {"id": "o1", "amount": 450, "currency": "EUR"}})  # names no cart: found by its number
    told = {shop: shops.report(shop)["total"] for shop in ("oak", "ash")}
    assert {shop: total["recovered"] for shop, total in told.items()} == {"oak": 1, "ash": 1}
    assert {shop: total["refunded"] for shop, total in told.items()} == {"oak": {}, "ash": {"EUR": 450}}


def test_an_id_made_like_a_key_stays_within_its_shop(shops: TwoShops) -> None:
    shops.post("oak", shops.cart("c1"))
    before, oak = of(shops, "oak"), shops.id("oak")
    for cart in (f"{oak}#c1", f"#{oak}#c1", "c1#cart", f"{oak}#c1#1", f"../{oak}/c1", "order:o1"):
        assert shops.post("ash", [shops.cart(cart), shops.order(cart, f"{cart}#order")]).status == 202
        assert (f"cart#{shops.id('ash')}#{cart}", "cart") in of(shops, "ash")
    assert of(shops, "oak") == before


def test_a_shop_named_in_the_body_or_the_path_is_not_believed(shops: TwoShops) -> None:
    before = of(shops, "oak")
    for name in ("shop", "tenant", "shop_id"):
        told = shops.post("ash", {**shops.cart("c1"), name: shops.id("oak")}).json()["results"][0]
        assert [warning["pointer"] for warning in told["warnings"]] == [f"/{name}"]
    assert (
        shops.cloud.http(
            "POST", f"/v1/events?shop={shops.id('oak')}", shops.bearer("ash"), json.dumps(shops.cart("c2")).encode()
        ).status
        == 202
    )
    assert shops.cloud.http("GET", f"/v1/report?shop={shops.id('oak')}", shops.bearer("ash")).status == 422
    assert shops.report("ash")["shop"] == shops.id("ash")
    assert of(shops, "oak") == before


def test_one_shops_secret_under_the_others_name_is_no_key(shops: TwoShops) -> None:
    oak, ash = shops.keys["oak"], shops.keys["ash"]
    event = shops.cart("c1")
    body = json.dumps(event).encode()
    oak_id, oak_secret = oak.bearer.split("_")[2:]
    ash_id, ash_secret = ash.bearer.split("_")[2:]
    swapped = [
        {**JSON, "authorization": f"Bearer rbk_{shops.id('oak')}_{key_id}_{secret}"}
        for key_id, secret in ((ash_id, ash_secret), (oak_id, ash_secret), (ash_id, oak_secret))
    ]
    swapped += [
        {**shops.signed("ash", body), "rebasket-key": oak.signing_key_id},
        {**shops.signed("ash", body), "rebasket-key": ash.signing_key_id.replace("ash", "oak")},
    ]
    for headers in swapped:
        assert shops.post("ash", body, headers).status == 401
        assert shops.cloud.http("GET", "/v1/report", headers).status == 401
    assert not [key for key in (of(shops, "oak") | of(shops, "ash")) if key[0].startswith(("cart#", "contact#"))]


def test_the_provider_s_word_about_one_shop_s_message_changes_nothing_of_the_other_s(shops: TwoShops) -> None:
    for shop in ("oak", "ash"):
        shops.post(shop, shops.cart("c1"))
    shops.advance(hours=2)
    before = of(shops, "ash")
    (message,) = shops.sent("oak")
    shops.cloud.mail_event(message, "Complaint")
    shops.cloud.settle()
    assert of(shops, "ash") == before
    shops.advance(hours=24)
    assert (len(shops.mails("oak")), len(shops.mails("ash"))) == (1, 2)
