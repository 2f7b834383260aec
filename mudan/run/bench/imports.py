"""How long is a file of a hundred thousand rows on its way, and is its progress seen? `mudan bench imports`.

Matters of a service hall as a GBK table and as a workbook go through the drop folder; a component census goes through
its two steps. All are given to the real `mudan serve` as its screens give them, and asked about until they have ended.
Beside each stands how many times as long it takes as one COPY of the same rows into a keyed table of PostgreSQL alone.
"""

import argparse
import csv
import http.client
import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4
from xml.sax.saxutils import escape

import psycopg

from mudan.connect.cells import letter
from mudan.primitives.clock import CST, SystemClock
from mudan.primitives.errors import Unavailable
from mudan.run.bench.meter import cores, load_average, machine, memory_mb, stolen_s
from mudan.run.bench.rig import AREA, Rig, SignedIn, centre_with_fleet, county

ROWS: Final = 100_000
TARGET_S: Final = 60.0
LOOK_EVERY_S: Final = 0.2
LONGEST_S: Final = 600.0
GRID: Final = f"{AREA}001001001"
_MATTERS: Final = (
    "办件编号", "事项名称", "实施编码", "办件类型代码", "SUBMIT", "申请者名称", "手机", "申请时间", "受理时间",
    "承诺办结时间", "办结时间", "更新时间", "结果描述", "受理单位",
)  # fmt: skip
_COMPONENTS: Final = (
    "部件编号", "小类代码", "单元网格", "名称", "状态", "主管部门", "权属单位", "养护单位", "普查日期", "经度", "纬度",
)  # fmt: skip
_ENDED: Final = ("done", "failed", "dropped")
Table = list[tuple[str, ...]]


def run(options: argparse.Namespace) -> int:
    """Measure and print. 0 when every file was whole within the target, 1 otherwise."""
    found = measured(options.rows or ROWS)
    print(json.dumps(found, ensure_ascii=False) if options.json else told(found))
    whole = all(one["kept"] == found["rows"] for one in found["files"])
    return 0 if whole and all(one["seconds"] <= TARGET_S for one in found["files"]) else 1


def measured(rows: int) -> dict[str, Any]:
    """Give three files of so many rows, one after the other."""
    now = SystemClock().now()
    matters, components = _matters(rows, now), _components(rows)
    of = county(0)
    of["users"][0]["role"] = "integrator"
    with centre_with_fleet(of, MUDAN_GOVERNMENT_SERVICES_AREA=AREA) as rig:
        signed_in = rig.centre.sign_in()
        files = [
            _timed(rig, "matters, CSV (GBK)", matters, lambda: _record(rig, signed_in, "a.csv", separated(matters))),
            _timed(
                rig, "matters, workbook", matters,
                lambda: _record(rig, signed_in, "b.xlsx", workbook(_renumbered(matters))),
            ),
            _timed(rig, "census, CSV (GBK)", components, lambda: _census(rig, signed_in, separated(components))),
        ]  # fmt: skip
    return {
        "machine": machine(), "load_average": round(load_average(), 2), "rows": rows, "target_s": TARGET_S,
        "files": files,
    }  # fmt: skip


def _timed(
    rig: Rig, name: str, table: Table, give: Callable[[], Iterator[tuple[int, int]]]
) -> dict[str, Any]:
    """Give a file until it has ended. `seen`: how many different states of its progress were told meanwhile."""
    plain_s = _copied_s(rig.dsns.superuser, table)
    given = give()
    next(given)  # the file is made
    stolen, begun = stolen_s(), time.monotonic()
    told = list(given)
    seconds = time.monotonic() - begun
    return {
        "name": name, "seconds": round(seconds, 1), "rows_per_s": round((len(table) - 1) / seconds),
        "ratio": round(seconds / plain_s, 1), "plain_copy_s": round(plain_s, 2), "seen": len(set(told)),
        "kept": told[-1][1], "centre_peak_mb": round(memory_mb(rig.centre.pid)[1]),
        "stolen_pct": round(100 * (stolen_s() - stolen) / (seconds * cores()), 1),
    }  # fmt: skip


def _record(rig: Rig, signed_in: SignedIn, name: str, data: bytes) -> Iterator[tuple[int, int]]:
    """A file of matters through the drop folder: (rows reached, rows kept) as they are told."""
    yield 0, 0
    path = "/api/records/government_services/matters/import"
    run_id = _sent(rig, signed_in, path, {}, name, data)["id"]
    for one in _followed(rig, signed_in, f"/api/record-runs/{run_id}"):
        yield one["reached"], one["good"]


def _census(rig: Rig, signed_in: SignedIn, data: bytes) -> Iterator[tuple[int, int]]:
    """A census: read and looked at, then written: (rows read and written, rows written)."""
    yield 0, 0
    fields = {"id": str(uuid4()), "platform": "urban_management", "census": "components"}
    seen = _sent(rig, signed_in, "/api/census", fields, "c.csv", data)
    yield seen["total"], 0
    status, answer = rig.centre.ask("POST", f"/api/census/{seen['id']}/apply", {}, signed_in)
    if status != 200:
        raise Unavailable(f"the census was not written: {status} {answer}")
    for one in _followed(rig, signed_in, f"/api/census/{seen['id']}"):
        yield one["total"] + one["done"], one["good"] if one["state"] == "done" else 0


def _followed(rig: Rig, signed_in: SignedIn, path: str) -> Iterator[dict[str, Any]]:
    begun = time.monotonic()
    while True:
        status, one = rig.centre.ask("GET", path, signed_in=signed_in)
        if status != 200 or time.monotonic() - begun > LONGEST_S:
            raise Unavailable(f"{path} answered {status}: {one}")
        yield one
        if one["state"] in _ENDED:
            return
        time.sleep(LOOK_EVERY_S)


def _sent(
    rig: Rig, signed_in: SignedIn, path: str, fields: dict[str, str], name: str, data: bytes
) -> dict[str, Any]:
    """Send a file as a page's form does; the answer. Raises Unavailable for a refusal."""
    mark = f"--{uuid4().hex}"
    parts = [f'{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
             for key, value in fields.items()]  # fmt: skip
    head = f'{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    body = b"".join([*parts, head, data, f"\r\n{mark}--\r\n".encode()])
    connection = http.client.HTTPConnection("127.0.0.1", rig.centre.http_port, timeout=LONGEST_S)
    headers = {
        "Origin": f"http://127.0.0.1:{rig.centre.http_port}", "Cookie": signed_in.cookie,
        "X-CSRF-Token": signed_in.csrf, "Content-Type": f"multipart/form-data; boundary={mark[2:]}",
    }  # fmt: skip
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise Unavailable(f"{path} answered {answer.status}: {text[:300]!r}")
        found: dict[str, Any] = json.loads(text)
        return found
    finally:
        connection.close()


def _copied_s(dsn: str, table: Table) -> float:
    """Seconds of one COPY of the same rows, a key and an object each, into a table of its own."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create table bench_import (key text primary key, content jsonb not null)")
        try:
            begun = time.monotonic()
            with connection.cursor().copy("copy bench_import from stdin") as copy:
                for row in table[1:]:
                    copy.write_row((row[0], json.dumps(dict(zip(table[0], row, strict=True)))))
            return time.monotonic() - begun
        finally:
            connection.execute("drop table bench_import")


def _matters(count: int, now: datetime) -> Table:
    came = now.astimezone(CST) - timedelta(days=30)

    def at(number: int, hours: int) -> str:
        return f"{came + timedelta(seconds=number, hours=hours):%Y-%m-%d %H:%M:%S}"

    return [_MATTERS, *(
        (f"YC{n:09d}", f"压测事项{n % 40}", f"SL{AREA}{n % 40:05d}", "2", "1", f"申请人{n % 9000}", "13900000000",
         at(n, 0), at(n, 1), at(n, 48), at(n, 20), at(n, 20), "办结", f"压测局{n % 20}")
        for n in range(count)
    )]  # fmt: skip


def _renumbered(table: Table) -> Table:
    """The same rows under other names, so that they are new."""
    return [table[0], *(("X" + row[0], *row[1:]) for row in table[1:])]


def _components(count: int) -> Table:
    return [_COMPONENTS, *(
        (f"{AREA}0102{n:06d}", "0102", GRID, f"雨水井盖{n}", "完好", "城管局", f"权属单位{n % 30}", "养护所",
         "2026-05-04", f"{107.2 + n % 1000 / 2000:.6f}", f"{30.0 + n // 1000 / 1000:.6f}")
        for n in range(count)
    )]  # fmt: skip


def separated(table: Table) -> bytes:
    """A table as a county's programs write it: CSV in GBK."""
    held = io.StringIO()
    csv.writer(held).writerows(table)
    return held.getvalue().encode("gbk")


def workbook(table: Table) -> bytes:
    """A table as office programs write it: a workbook whose texts are shared."""
    texts: dict[str, int] = {}
    lines = []
    for number, row in enumerate(table, 1):
        cells = (f'<c r="{letter(place)}{number}" t="s"><v>{texts.setdefault(text, len(texts))}</v></c>'
                 for place, text in enumerate(row))  # fmt: skip
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    linked = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(
            f'<Override PartName="/xl/{part}" ContentType="{kinds}.{kind}+xml"/>'
            for part, kind in (("workbook.xml", "sheet.main"), ("worksheets/sheet1.xml", "worksheet"),
                               ("sharedStrings.xml", "sharedStrings"))
        ) + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="a"'
        f' Type="{linked}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{linked}"><sheets><sheet name="办件" sheetId="1" r:id="a"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="a" Type="{linked}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="b" Type="{linked}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{''.join(lines)}</sheetData></worksheet>",
        "xl/sharedStrings.xml": f"<sst {main}>" + "".join(f"<si><t>{escape(one)}</t></si>" for one in texts) + "</sst>",
    }  # fmt: skip
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return held.getvalue()


def told(found: dict[str, Any]) -> str:
    """The figures as lines of text."""
    at = found["machine"]
    lines = [
        f"mudan bench imports · {at['cpu']}, {at['cores']} cores, load {found['load_average']}",
        f"  files of {found['rows']} rows, from giving them to the last row kept; target {found['target_s']:g} s",
    ]
    for one in found["files"]:
        mark = "" if one["seconds"] <= found["target_s"] else "   over the target"
        lines.append(
            f"    {one['name']:<20} {one['seconds']:>6.1f} s, {one['rows_per_s']} rows/s,"
            f" {one['ratio']:g} times one COPY ({one['plain_copy_s']:g} s); kept {one['kept']}; progress told"
            f" {one['seen']} times; centre at most {one['centre_peak_mb']} MB; stolen {one['stolen_pct']:g} %{mark}"
        )
    return "\n".join(lines)
