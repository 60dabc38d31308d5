"""As much of CloudWatch's metric math as the alarms use: + / *, comparisons, IF, FILL; a missing figure makes no result.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

import ast
import operator
from collections.abc import Callable, Mapping

Figure = float | None

ARITHMETIC: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
COMPARISONS: Mapping[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
}


def evaluate(formulas: Mapping[str, str], wanted: str, figures: Mapping[str, Figure]) -> Figure:
    """The value of a formula in one period; None where CloudWatch would draw nothing."""

    def value(node: ast.expr) -> Figure:
        match node:
            case ast.Constant(value=int() | float() as number):
                return number
            case ast.Name(id=name):
                return value(parsed(formulas[name])) if name in formulas else figures[name]
            case ast.BinOp(left=left, op=op, right=right):
                one, other = value(left), value(right)
                divided_by_zero = isinstance(op, ast.Div) and other == 0
                return None if one is None or other is None or divided_by_zero else ARITHMETIC[type(op)](one, other)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                one, other = value(left), value(right)
                return None if one is None or other is None else float(COMPARISONS[type(op)](one, other))
            case ast.Call(func=ast.Name(id="IF"), args=[condition, then, otherwise]):
                chosen = value(condition)
                return None if chosen is None else value(then if chosen else otherwise)
            case ast.Call(func=ast.Name(id="FILL"), args=[figure, instead]):
                found = value(figure)
                return value(instead) if found is None else found
            case _:
                raise AssertionError(f"unknown to this test: {ast.unparse(node)}")

    return value(parsed(formulas[wanted]))


def parsed(formula: str) -> ast.expr:
    """A formula's tree: Python's grammar covers it."""
    return ast.parse(formula, mode="eval").body


def names(formula: str) -> set[str]:
    """The figures and formulas that a formula speaks of."""
    called = {
        node.func.id for node in ast.walk(parsed(formula)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return {node.id for node in ast.walk(parsed(formula)) if isinstance(node, ast.Name)} - called
