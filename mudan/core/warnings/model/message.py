"""How does a warning become a CAP message, and what is it called?

Identifiers follow GB/T 35965.1: `{code of the sender, 14 digits}_{YYYYMMDDhhmmss}_{serial}`, in the centre's time.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from mudan.core.warnings.model.cap import (
    Alert,
    Area,
    Info,
    Key,
    MsgType,
    Reference,
    Response,
    Scope,
    Status,
    Urgency,
    Value,
)
from mudan.core.warnings.model.cap_read import Examined, examined
from mudan.core.warnings.model.cap_write import written
from mudan.core.warnings.model.china import Colour, identifier
from mudan.core.warnings.model.china_xml import COLOUR, DIVISION, EVENT_CODE
from mudan.core.warnings.model.content import Content
from mudan.primitives.clock import CST
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

SERIALS: Final = 9  # one digit, so that an identifier has the 31 signs of the standard
SENDER_CODE: Final = re.compile(r"\d{14}")
AREA_DIGITS: Final = 12
MARKS: Final = {Status.EXERCISE: Text("【演练】", "EXERCISE: "), Status.TEST: Text("【测试】", "TEST: ")}


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who sends: the code of 14 digits (GB/T 2260 6, agency 3, unit 3, extension 2) and how to ask back."""

    code: str
    name: Text
    contact: str = ""
    web: str = ""
    example: bool = False

    def __post_init__(self) -> None:
        if not SENDER_CODE.fullmatch(self.code):
            raise Invalid("the code of a sender has 14 digits", field="code")


def identifier_of(code: str, sent: datetime, serial: int) -> str:
    """The name of a message. Raises Invalid when the second has no serial left."""
    if not 1 <= serial <= SERIALS:
        raise Invalid(f"at most {SERIALS} messages go out in one second", field="identifier")
    return identifier(code, sent, serial)


def message_of(
    content: Content,
    key: Key,
    status: Status,
    msg_type: MsgType,
    earlier: Iterable[Key] = (),
    incident: str = "",
) -> Alert:
    """The message that the content is; `earlier` are those that it updates or cancels, the oldest first."""
    references = tuple(Reference(*one) for one in earlier)
    infos = [_info(content, "zh", key, status, msg_type)]
    if content.bilingual:
        infos.append(_info(content, "en", key, status, msg_type))
    return Alert(
        identifier=key.identifier, sender=key.sender, sent=key.sent.astimezone(CST), status=status,
        msg_type=msg_type, scope=Scope.PUBLIC, infos=tuple(infos), note=content.note.strip(),
        references=tuple(replace_zone(one) for one in references), incidents=(incident,) if incident else (),
    )  # fmt: skip


def replace_zone(reference: Reference) -> Reference:
    """A reference whose time is written in the zone in which the message was."""
    return reference._replace(sent=reference.sent.astimezone(CST) if reference.sent else None)


def document_of(alert: Alert) -> bytes:
    """The unsigned document. Raises Invalid unless it is a good CAP message."""
    document = written(alert)
    verdict: Examined = examined(document)
    if not verdict.valid:
        first = verdict.errors[0]
        raise Invalid(
            f"not a valid CAP message: {first.code} {first.xpath} {first.detail}".strip(), field="content"
        )
    return document


def _info(content: Content, tongue: str, key: Key, status: Status, msg_type: MsgType) -> Info:
    def say(text: Text) -> str:
        return (text.zh if tongue == "zh" else text.en).strip()

    cancels = msg_type is MsgType.CANCEL
    headline = say(content.headline)
    if status in MARKS:
        mark = MARKS[status].zh if tongue == "zh" else MARKS[status].en
        headline = headline if headline.startswith(mark) else mark + headline
    area = Area(
        description=say(content.area), polygons=content.polygons, circles=content.circles,
        geocodes=tuple(Value(DIVISION, code.ljust(AREA_DIGITS, "0")) for code in content.geocodes),
    )  # fmt: skip
    return Info(
        language="zh-CN" if tongue == "zh" else "en-US", categories=(content.category,),
        event=say(content.event), urgency=Urgency.PAST if cancels else content.urgency,
        severity=content.severity, certainty=content.certainty,
        responses=(Response.ALL_CLEAR,) if cancels else content.responses,
        event_codes=(Value(EVENT_CODE, content.event_type),),
        effective=key.sent.astimezone(CST), onset=content.onset.astimezone(CST) if content.onset else None,
        expires=content.expires.replace(microsecond=0).astimezone(CST), sender_name=say(content.issuer),
        headline=headline, description=say(content.description), instruction=say(content.instruction), web=content.web,
        contact=content.contact, parameters=(Value(COLOUR, Colour(content.level).word),), areas=(area,),
    )  # fmt: skip


def preview_key(issuer: Issuer, now: datetime) -> Key:
    """The name a message would have if it went out now; serial 1."""
    sent = now.replace(microsecond=0)
    return Key(issuer.code, identifier_of(issuer.code, sent, 1), sent)


def cancelling(content: Content, note: str) -> Content:
    """What a cancellation of the content says at first; people may word it differently."""
    headline = Text(
        f"{content.issuer.zh}解除{content.event.zh}{Colour(content.level).title.zh}预警",
        f"{content.event.en} {Colour(content.level).title.en} warning cancelled" if content.bilingual else "",
    )
    description = Text(
        f"解除{content.event.zh}预警。", "The warning is cancelled." if content.bilingual else ""
    )
    instruction = Text("请留意后续信息。", "Watch for further information." if content.bilingual else "")
    return replace(
        content, headline=headline, description=description, instruction=instruction, note=note, text_message="",
        responses=(Response.ALL_CLEAR,), urgency=Urgency.PAST,
    )  # fmt: skip
