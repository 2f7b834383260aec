"""What is the urban management platform (智慧城管), on one page?"""

from collections.abc import Mapping
from typing import Final

import msgspec

from mudan.connect.platform import Connector, Decoded, EntityType, Intake, Platform
from mudan.core.observations.model import Quantity
from mudan.platforms.urban_management import codec
from mudan.platforms.urban_management.cases import CASES
from mudan.platforms.urban_management.census import CENSUSES
from mudan.platforms.urban_management.connector import PORT, SETTINGS, StreetConnector
from mudan.platforms.urban_management.kpis import KPIS
from mudan.platforms.urban_management.model.feeds import FEED, TARGET
from mudan.platforms.urban_management.model.words import (
    COMPONENT,
    GRID_CELL,
    REPORTED,
    RESPONSIBILITY_GRID,
    STATE,
    CaseReport,
    ComponentState,
    Heard,
)
from mudan.platforms.urban_management.observations import device_of, readings
from mudan.platforms.urban_management.rules import RULES
from mudan.primitives.text import Text

_EXAMPLE: Final = {"example": Text("示例", "Invented, for a demonstration")}

ENTITY_TYPES: Final = (
    EntityType(
        COMPONENT,
        Text("部件", "Component"),
        {
            "class_code": Text("小类代码", "Class code"),
            "grid": Text("所在单元网格", "Grid cell it stands in"),
            "state": Text("普查时的状态", "State when it was counted"),
            "department": Text("主管部门", "Department in charge"),
            "owner": Text("权属单位", "Owner"),
            "keeper": Text("养护单位", "Who keeps it up"),
            "surveyed_on": Text("普查日期", "Counted on"),
            "changed_on": Text("变更日期", "Changed on"),
        }
        | _EXAMPLE,
    ),
    EntityType(
        GRID_CELL,
        Text("单元网格", "Grid cell"),
        {
            "responsibility_grid": Text("所属责任网格", "Responsibility grid it belongs to"),
            "area_m2": Text("面积（平方米）", "Area (m²)"),
        }
        | _EXAMPLE,
    ),
    EntityType(
        RESPONSIBILITY_GRID,
        Text("责任网格", "Responsibility grid"),
        {
            "area_code": Text("所在区划", "Division it lies in"),
            "post": Text("责任岗位（岗位，不是姓名）", "Post that answers for it (a post, not a name)"),
        }
        | _EXAMPLE,
    ),
)


_KINDS: Final = {CaseReport: "case", ComponentState: "component", Heard: "receipt"}


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """The message of one line. Raises DecodeError."""
    message = codec.decode(raw)
    kind = _KINDS[type(message)]
    return (Decoded({"kind": kind} | msgspec.to_builtins(message), readings(message)),)


def connector(intake: Intake, settings: Mapping[str, str]) -> Connector:
    """The moving part, given this platform's pure functions."""
    return StreetConnector(intake, settings, readings, device_of)


PLATFORM: Final = Platform(
    name="urban_management",
    title=Text("智慧城管", "Urban management"),
    summary=Text(
        "单元网格、部件普查，以及部件和事件案卷：从上报、核实、派遣、处置到核查结案。",
        "Grid cells, the component census, and cases of components and events from report to checked closure.",
    ),
    protocol="GB/T 30428 (cases and components as JSON lines; census as GeoJSON, XLSX, CSV)",
    binary=False,
    entity_types=ENTITY_TYPES,
    quantities=(
        Quantity(STATE, "1", Text("部件状态", "state of the component"), low=0.0, high=4.0, decimals=0),
        Quantity(REPORTED, "1", Text("案卷上报", "case reported"), low=0.0, high=1.0, decimals=0),
    ),
    rules=RULES,
    kpis=KPIS,
    decode=decode,
    connector=connector,
    cases=CASES,
    feeds=(FEED,),
    targets=(TARGET,),
    censuses=CENSUSES,
    settings=SETTINGS,
    port=PORT,
)
