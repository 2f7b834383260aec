"""For which purpose and on which legal ground is a register kept, and what became of one that was taken in?

begin ─▶ running ─▶ done      some hundreds of rows at a time, so that how far it is can be seen
            └─────▶ failed    what was taken stays; the same file again replaces it
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

PURPOSES: Final = {
    "care": Text("关爱服务（走访、慰问）", "care (visits, help)"),
    "safety": Text("公共安全与应急（疏散、叫应）", "public safety and emergencies (evacuation, calls)"),
    "service": Text("社区公共服务（报修、告知）", "community services (repairs, notices)"),
}
# 个人信息保护法 (Personal Information Protection Law), article 13, paragraph 1, items 1, 3 and 4.
GROUNDS: Final = {
    "consent": Text("取得个人同意（个保法第十三条第一项）", "consent of the person (PIPL art. 13 item 1)"),
    "duty": Text(
        "履行法定职责或者法定义务所必需（第十三条第三项）",
        "needed for a statutory duty (PIPL art. 13 item 3)",
    ),
    "emergency": Text(
        "突发公共卫生事件或紧急情况下保护生命健康和财产（第十三条第四项）",
        "to save life, health or property in an emergency (PIPL art. 13 item 4)",
    ),
}
SHORTEST_BASIS: Final = 4
LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class NewFile:
    """A register that somebody brings. `basis` names the document or consent form behind the ground. Raises Invalid."""

    id: UUID
    source: str
    file_name: str
    digest: str
    purpose: str
    ground: str
    basis: str
    total: int
    example: bool = False
    not_kept: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.purpose not in PURPOSES:
            raise Invalid("there is no such purpose", field="purpose")
        if self.ground not in GROUNDS:
            raise Invalid("there is no such legal ground", field="ground")
        if not SHORTEST_BASIS <= len(self.basis.strip()) <= LONGEST:
            raise Invalid("name the document that the ground rests on", field="basis")
        if not self.source.strip() or len(self.source) > LONGEST // 2:
            raise Invalid("say which register it is", field="source")


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A register as it was taken in; `done` of `total` rows were gone through, `rows` of them were good."""

    id: UUID
    area_code: str
    source: str
    file_name: str
    digest: str
    purpose: str
    ground: str
    basis: str
    example: bool
    state: str
    total: int
    done: int
    rows: int
    households: int
    planned: int
    faults: tuple[Mapping[str, Any], ...]
    not_kept: tuple[str, ...]
    began_at: datetime
    ended_at: datetime | None
    by: str
