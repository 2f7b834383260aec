"""What is a rule, and how is it judged? Types for those who declare rules; the engine for the path."""

from mudan.core.rules.model.types import (
    All,
    AnyOf,
    Comparison,
    Condition,
    Example,
    KOf,
    Level,
    Limit,
    Op,
    Property,
    RateOfChange,
    Rule,
    Staleness,
)

__all__ = [
    "All",
    "AnyOf",
    "Comparison",
    "Condition",
    "Example",
    "KOf",
    "Level",
    "Limit",
    "Op",
    "Property",
    "RateOfChange",
    "Rule",
    "Staleness",
]
