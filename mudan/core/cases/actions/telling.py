"""Who of those who reported a case hears that it has come to another stage? Who agreed: by text message or by mail."""

from datetime import datetime
from typing import Final

from mudan.core.cases import queries
from mudan.core.cases.actions.mailing import mail_stage
from mudan.core.cases.model.known import type_named
from mudan.core.cases.model.told import plain
from mudan.core.cases.model.types import Transition
from mudan.core.cases.model.words import Case
from mudan.core.notices import actions as notices
from mudan.core.notices.model import NewNotice, Step
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

NOUN: Final = "slips"


async def tell_reporters(connection: Connection, case: Case, way: Transition, now: datetime) -> None:
    """Put a letter into the outbox for each who agreed, when the case came to another stage. As the centre."""
    if not way.to:
        return
    stage = plain(type_named(case.type), case.state)
    for slip in await queries.wishes(connection, case.id):
        if slip.channel == "mail":
            await mail_stage(connection, slip, case, stage, now)
            continue
        number = case.number
        if slip.case_id != case.id:
            number = (await queries.one(connection, slip.case_id)).number
        await notices.post(
            connection,
            NewNotice(
                noun=NOUN, subject=str(slip.id), space=case.space, area_code=case.area_code, department=None,
                steps=(Step(f"address:{slip.contact}", channels=("text",)),), need_receipt=False, mark=number,
                title=Text(f"您反映的 {number}：{stage.zh}", f"Your report {number}: {stage.en}"),
                body=Text(
                    f"您反映的 {number} 有新进展：{stage.zh}。凭编号和查询码可查看、评价，也可取消通知。",
                    f"Your report {number}: {stage.en}. Number and code show it, rate it, and end these messages.",
                ),
            ),
            now,
        )  # fmt: skip
