"""Four things that moto's DynamoDB does again and again, done once; what comes out is the same.

`tests/contracts/test_moto_fast_path.py` compares.
"""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final
from unittest.mock import patch

from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.parsing.ast_nodes import Node  # type: ignore[attr-defined]  # moto leaves these two modules untyped
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]  # the same

from rebasket_local.json_value import Json

_ITEM_LIMIT: Final = 405_000
"""Bytes; moto's own figure, in LimitedSizeDict."""


@contextmanager
def quick_moto() -> Iterator[None]:
    """While inside, moto saves itself work.

    It adds up a new item's size once, not once for each attribute that is added to it. It parses an update expression
    once, not twice for each call: it only reads the result, or copies it first. And it makes that copy by pickle, which
    knows the objects' insides without asking each of them. It tells the words of a condition apart once, not on each call.
    """
    parse = lru_cache(maxsize=256)(UpdateExpressionParser.make)
    lex = ConditionExpressionParser(None, {}, {})._lex_one_node  # noqa: SLF001  # looks at nothing but its argument
    first_word = lru_cache(maxsize=4096)(lex)
    with (
        patch.object(Item, "__init__", _init_item),
        patch.object(UpdateExpressionParser, "make", parse),
        patch.object(Node, "__deepcopy__", _copied_node, create=True),
        patch.object(ConditionExpressionParser, "_lex_one_node", staticmethod(first_word)),
    ):
        yield


def _init_item(self: Item, hash_key: DynamoType, range_key: DynamoType | None, attrs: dict[str, Json]) -> None:
    self.hash_key = hash_key
    self.range_key = range_key
    self.attrs = LimitedSizeDict()
    for name, value in attrs.items():
        dict.__setitem__(self.attrs, name, DynamoType(value))
    if self.size() > _ITEM_LIMIT:
        raise ItemSizeTooLarge


def _copied_node(self: Node, _memo: dict[int, Json]) -> Node:
    copied: Node = pickle.loads(pickle.dumps(self))  # noqa: S301  # our own, made a moment ago
    return copied
