"""How is a review given away as open data? A zip of JSON, CSV and GeoJSON, with a README of fields and hashes."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from mudan.api.wire import plain_cell
from mudan.core.reviews.model import Record
from mudan.primitives.text import Text

_ABOUT: Final[Mapping[str, str]] = {
    "objectives": "演练目标与人的评定 / objectives and what people judged",
    "injects": "导调注入与其后的处置 / injects and what was done about them",
    "incidents": "相关事件 / the incidents",
    "timeline": "时间线 / the timeline",
    "alarms": "并入事件的告警 / alarms of the incidents",
    "tasks": "派单与各步时间 / orders and the times of their steps",
    "deviations": "预案事项与督办任务的时限执行 / what was due, issued, received, done",
    "decisions": "派遣决定、推荐排位、预计用时（秒） / dispatch decisions, ranks, predicted seconds",
    "notices": "通知与回执 / notices and receipts",
    "warnings": "预警按渠道送达 / warnings by channel",
    "calls": "叫应结果 / outcome of the calls",
    "closures": "其间的道路封闭 / closures meanwhile",
    "actions": "商定的改进事项 / agreed actions",
}


def plain_record(record: Record) -> dict[str, Any]:
    """A record as JSON can hold it: what a version keeps and a bundle gives."""
    whole = {"subject": asdict(record.subject), "at": record.at, "sections": record.sections}
    found: dict[str, Any] = json.loads(json.dumps(whole, default=_plain))
    return found


def bundle(record: Mapping[str, Any], versions: Sequence[Any], marked: Sequence[Text]) -> bytes:
    """All sections of a record that was made plain, in open formats; `versions` are told beside it."""
    sections: Mapping[str, list[dict[str, Any]]] = record["sections"]
    told = {name: value for name, value in record.items() if name != "sections"}
    files = {
        "review.json": _json({**told, **sections, "versions": versions}),
        "closures.geojson": _json(_geojson(sections["closures"])),
    }
    files |= {f"{name}.csv": _csv(rows) for name, rows in sections.items() if rows}
    files["README.md"] = _readme(record["subject"]["number"], sections, files, marked).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _plain(value: Any) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def _geojson(closures: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": one["geometry"],
                "properties": {name: value for name, value in one.items() if name != "geometry"},
            }
            for one in closures
        ],
    }


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(rows[0])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return out.getvalue().encode("utf-8-sig")  # spreadsheets need the mark to read Chinese


def _cell(value: Any) -> object:
    return plain_cell(json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value)


def _readme(
    number: str,
    sections: Mapping[str, list[dict[str, Any]]],
    files: Mapping[str, bytes],
    marked: Sequence[Text],
) -> str:
    lines = [f"# {number}", "", *(f"**{one.zh} / {one.en}**" for one in marked), ""]
    lines += ["时间均为 UTC（ISO 8601） / all times are ISO 8601", ""]
    for name, about in _ABOUT.items():
        rows = sections.get(name)
        fields = ", ".join(rows[0]) if rows else "没有记录 / nothing recorded"
        lines.append(f"- `{name}`: {about}. {fields}")
    lines += ["", "SHA-256:", ""]
    lines += [f"- `{name}` {hashlib.sha256(content).hexdigest()}" for name, content in files.items()]
    return "\n".join(lines) + "\n"
