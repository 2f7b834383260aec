"""What shape must a plan's file have? The published JSON Schema, made from the types that read it."""

from typing import Any, Final

from mudan.core.plans.model.types import Plan

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
NAME: Final = "mudan-plan-1.schema.json"


def schema() -> dict[str, Any]:
    """The schema of format 1, ready for JSON."""
    made = Plan.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, "$id": NAME, **made, "title": "Mudan response plan 牡丹预案, format 1"}
