"""What is known of an incident, and of what belongs to it?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

KIND_WORDS: Final = {
    "flood": Text("洪水", "Flood"),
    "waterlogging": Text("内涝", "Waterlogging"),
    "landslide": Text("滑坡", "Landslide"),
    "earthquake": Text("地震", "Earthquake"),
    "road_accident": Text("道路事故", "Road accident"),
    "fire": Text("火灾", "Fire"),
    "forest_fire": Text("森林火灾", "Forest fire"),
    "hazmat": Text("危化品", "Hazardous goods"),
    "medical": Text("医疗急救", "Medical"),
    "public_health": Text("公共卫生", "Public health"),
    "elder_help": Text("老人求助", "Help for the elderly"),
    "crowd": Text("人群聚集", "Crowd"),
    "construction": Text("工地险情", "Building site"),
    "utility": Text("水电气中断", "Utilities"),
    "other": Text("其他", "Other"),
}
KINDS: Final = tuple(KIND_WORDS)
DISPOSITIONS: Final = ("resolved", "false_alarm", "transferred", "duplicate", "exercise", "no_action")
NUMERALS: Final = "ⅠⅡⅢⅣ"


def level_words(level: int) -> Text:
    """`Ⅱ级（重大）`."""
    zh = ("特别重大", "重大", "较大", "一般")[level - 1]
    en = ("extremely serious", "serious", "major", "ordinary")[level - 1]
    return Text(f"{NUMERALS[level - 1]}级（{zh}）", f"Level {('I', 'II', 'III', 'IV')[level - 1]} ({en})")


@dataclass(frozen=True, slots=True)
class Incident:
    """One matter under command. `command_area` is the centre that commands, `authority` its level of government."""

    id: UUID
    space: int
    number: str
    title: str
    kind: str
    level: int
    phase: str
    lon: float | None
    lat: float | None
    address: str
    area_code: str
    department: str | None
    commander: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    disposition: str | None
    summary: str
    version: int
    merged_into: UUID | None
    void_reason: str
    authority: str
    command_area: str
    alarm_count: int
    tasks: int
    open_tasks: int


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline: when it happened and when recorded; `incident_number`: where it was written."""

    seq: int
    at: datetime
    recorded_at: datetime
    source: str
    actor: str
    kind: str
    text_zh: str
    text_en: str
    detail: dict[str, object]
    incident_number: str


@dataclass(frozen=True, slots=True)
class Harm:
    """People counted so far; None where nobody knows."""

    dead: int | None = None
    injured: int | None = None
    missing: int | None = None
    trapped: int | None = None
    moved: int | None = None

    def __post_init__(self) -> None:
        for name in self.__slots__:
            count = getattr(self, name)
            if count is not None and not 0 <= count <= 10_000_000:
                raise Invalid("a count of people is 0 or more", field=name)

    def words(self) -> Text:
        """`死亡 0 人，受伤 3 人`: only what is known."""
        known = [(name, getattr(self, name)) for name in self.__slots__ if getattr(self, name) is not None]
        if not known:
            return Text("伤亡不明", "no figures yet")
        zh = "，".join(f"{_HARM[name].zh} {count} 人" for name, count in known)
        return Text(zh, ", ".join(f"{count} {_HARM[name].en}" for name, count in known))


_HARM: Final = {
    "dead": Text("死亡", "dead"),
    "injured": Text("受伤", "injured"),
    "missing": Text("失联", "missing"),
    "trapped": Text("被困", "trapped"),
    "moved": Text("已转移", "moved to safety"),
}
