"""Does a test find nothing of what the one before it did?"""

import psycopg
import pytest

from mudan.storage.embedded import Dsns
from tests.restored import Restored

_LOOKS = (
    "select code from area order by 1",
    "select number from migration order by 1",
    "select name from quantity order by 1",
    "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind <> 't' order by 1",
    "select * from pg_sequences where schemaname = 'public' order by 2",
    "select tgname from pg_trigger where tgenabled <> 'O' order by 1",
    "select column_name from information_schema.columns where table_schema = 'public' order by 1",
)
_DEEDS = {
    "rows more": "insert into quantity (name, unit, title_zh, title_en, decimals) values ('x', 'm', '', '', 0)",
    "rows other": "update area set name_zh = '别处' where level = 'county'",
    "rows gone": "delete from report_rule; delete from stage_kind",
    "partitions more": "select make_partitions('2027-01-01', 2)",
    "partitions gone": "drop table observation_20261124",
    "counters on": "select nextval(sequencename::regclass) from pg_sequences where schemaname = 'public'",
    "triggers off": "alter table audit disable trigger audit_append_only",
    "columns more": "alter table unit add column colour text",
    "functions other": "create or replace function mudan_sees(area_code text, department text, space smallint)"
    " returns boolean language sql as 'select true'",
}


def _seen(dsns: Dsns) -> list[object]:
    with psycopg.connect(dsns.superuser) as connection:
        tables = connection.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
            " order by 1"
        ).fetchall()
        contents = [f"table {name}" for (name,) in tables]
        functions = (
            "select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace order by 1, 2"
        )
        looks = [*_LOOKS, functions, *contents]
        return [connection.execute(look.encode()).fetchall() for look in looks]


@pytest.mark.parametrize("deed", _DEEDS)
def test_what_a_test_leaves_is_taken_away(restored: Restored, deed: str) -> None:
    before = _seen(restored.dsns)
    with psycopg.connect(restored.dsns.superuser) as left_open:
        left_open.execute(_DEEDS[deed].encode())
        left_open.commit()
        assert deed == "rows gone" or _seen(restored.dsns) != before
        restored.restore()
    assert _seen(restored.dsns) == before


def test_a_lost_connection_to_the_copy_is_made_again(restored: Restored) -> None:
    before = _seen(restored.dsns)
    with psycopg.connect(restored.dsns.superuser, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    restored.restore()
    assert _seen(restored.dsns) == before
