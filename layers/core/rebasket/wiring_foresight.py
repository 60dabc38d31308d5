"""What answers `?explain=1`; apart from `wiring`, for few requests ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.aws.phone_countries import country_of
from rebasket.aws.phone_zones import zone_of
from rebasket.domain.shops.sms_limits import Destination
from rebasket.usecases.reminding.foresee import Foresee

if TYPE_CHECKING:
    from rebasket.domain.people.addresses import Address
    from rebasket.wiring import App


def foresee(app: App) -> Foresee:
    """With this application's ports."""

    def destination(number: Address) -> Destination:
        country = country_of(number)
        return Destination(country, priced=app.prices.text(country) is not None)

    return Foresee(
        carts=app.carts,
        contacts=app.contacts,
        episodes=app.episodes,
        shops=app.shops,
        address_hash=app.address_hash,
        destination=destination,
        clock=app.clock,
        zone_of=zone_of,
    )
