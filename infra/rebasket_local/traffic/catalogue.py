"""What the demo's shop sells: names in each market's language, prices as each market's list has them, pictures drawn as SVG."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from rebasket_local.traffic.settings import Market, ShopTable

_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="192" height="192" viewBox="0 0 96 96">'
    '<rect width="96" height="96" fill="{ground}"/>{drawing}</svg>\n'
)


class Product(BaseModel):
    """One thing that is sold. `price` in euro cents."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    sku: str
    price: int
    category: str
    title: dict[str, str]
    ground: str
    drawing: str

    def price_in(self, market: Market) -> int:
        """Minor units of the market's currency."""
        steps = max(1, round(self.price * market.per_euro / market.rounded_to))
        return steps * market.rounded_to

    def title_in(self, language: str) -> str:
        """Its name, in English where nobody translated it."""
        return self.title.get(language, self.title["en"])

    @property
    def picture(self) -> str:
        """An SVG document."""
        return _PICTURE.format(ground=self.ground, drawing=self.drawing.strip())

    def picture_url(self, shop: ShopTable) -> str:
        """Where the shop would have the picture."""
        return f"https://images.{shop.host}/{self.sku}.svg"


@lru_cache
def catalogue() -> tuple[Product, ...]:
    """All of it, cheapest first."""
    text = (files("rebasket_local.traffic") / "catalogue.toml").read_text(encoding="utf-8")
    products = [Product.model_validate(table) for table in tomllib.loads(text)["products"]]
    return tuple(sorted(products, key=lambda product: (product.price, product.sku)))


def pictures(shop: ShopTable) -> dict[str, str]:
    """Every picture by its URL."""
    return {product.picture_url(shop): product.picture for product in catalogue()}
