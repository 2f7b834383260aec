"""Has the example county had cases when it begins, by the steps that people take, and owes it nothing yet?"""

from collections import Counter
from uuid import UUID

import pytest

from mudan.core.cases import actions, queries
from mudan.core.notices import queries as notices
from mudan.core.people import actions as people
from mudan.simulation.matters import matters
from mudan.simulation.seed import demo_seed
from mudan.storage.pool import Connection
from tests.core.county import later

pytestmark = pytest.mark.anyio
STORIES = matters()


async def test_the_stories_have_happened_once_and_nobody_is_called_for_them(work: Connection) -> None:
    for department in demo_seed()["departments"]:
        await people.put_department(work, **department)
    assert await actions.load_example(work, STORIES, later(0)) == len(STORIES)
    assert await actions.load_example(work, STORIES, later(60)) == 0
    cases = [await queries.one(work, UUID(story["id"])) for story in STORIES]
    assert Counter(case.state for case in cases) == {
        "archived": 9, "refused": 1, "evaluating": 2, "handling": 3,
    }  # fmt: skip
    assert {case.lamp for case in cases} == {"green"}
    assert all(case.next_due_at is None or case.next_due_at > later(36 * 3600) for case in cases)
    assert {case.situation.returned for case in cases} == {0, 1}
    assert max(case.situation.reworked for case in cases) == 1
    for case in cases:
        assert all(
            notice.ended_at is not None for notice in await notices.of_subject(work, "cases", str(case.id))
        )
        assert [who.name for who in await queries.reporters(work, case.id)] == ["示例群众"]
