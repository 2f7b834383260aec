"""Is a paper the same in JSON, in a browser and as PDF, with nothing in it that runs?"""

import base64
import re
import zlib
from datetime import UTC, datetime

from mudan.api.papers import html, marks, paper_out, pdf
from mudan.primitives.paper import Facts, Heading, Paper, Signatures, Table, Words, moment, plain
from mudan.primitives.text import Text

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
EVIL = "<script>alert(1)</script> & <b>"


def _paper(*, rows: int = 1, words: str = "水位上涨") -> Paper:
    return Paper(
        Text("事件简报", "Incident briefing"), Text("示例河", "Example river"), "20261123-001", AT,
        (
            Heading(Text("概况", "Situation")), Words(plain(words)), Facts(((Text("级别", "Level"), plain("Ⅱ级")),)),
            Table((Text("时间", "Time"), Text("内容", "What")), ((moment(AT), plain(words)),) * rows, (1, 3)),
            Signatures((Text("签发", "Signed"),)),
        ),
        marks(1, demo=True),
    )  # fmt: skip


def _printed(data: bytes) -> str:
    """The words that a PDF of ours shows: its streams unpacked, its UTF-16 strings read."""
    shown = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        text = zlib.decompress(base64.a85decode(b"<~" + stream.strip(), adobe=True))
        for piece in re.findall(rb"\((.*?)(?<!\\)\)\s*Tj", text, re.DOTALL):
            raw = re.sub(rb"\\([0-7]{3}|.)", _unescaped, piece, flags=re.DOTALL)
            shown.append(raw.decode("utf-16-be"))
    return "".join(shown)


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8)]) if len(code) == 3 else {b"n": b"\n", b"r": b"\r"}.get(code, code)


def test_the_pdf_says_the_chinese_words_and_the_exercise_on_every_page() -> None:
    shown = _printed(pdf(_paper(rows=80), "zh"))
    assert "事件简报" in shown
    assert "水位上涨" in shown
    assert "2026-11-23 09:00:00" in shown
    pages = shown.count("由系统按记录生成")
    assert pages >= 2
    assert shown.count("演练 EXERCISE") == pages


def test_the_pdf_of_an_english_reader_is_english() -> None:
    shown = _printed(pdf(_paper(), "en"))
    assert "Incident briefing" in shown
    assert "概况" not in shown


def test_a_letter_that_the_font_lacks_is_marked_and_breaks_nothing() -> None:
    assert "□村民" in _printed(pdf(_paper(words="🙂村民"), "zh"))


def test_a_cell_longer_than_a_page_is_cut_and_not_lost_silently() -> None:
    assert "…" in _printed(pdf(_paper(words="水" * 9000), "zh"))


def test_nothing_that_somebody_typed_runs_in_the_browser() -> None:
    page = html(_paper(words=EVIL), "zh")
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;" in page
    assert "演练 EXERCISE" in page
    pdf(_paper(words=EVIL), "zh")


def test_an_empty_table_says_that_nothing_is_recorded() -> None:
    page = html(_paper(rows=0), "zh")
    assert "无记录" in page
    assert "无记录" in _printed(pdf(_paper(rows=0), "zh"))


def test_json_carries_both_languages_and_every_block() -> None:
    out = paper_out(_paper()).model_dump(mode="json")
    assert [block["block"] for block in out["blocks"]] == ["heading", "words", "facts", "table", "signatures"]
    assert out["title"] == {"zh": "事件简报", "en": "Incident briefing"}
    assert (out["made_at"], out["marks"][0]["en"]) == ("2026-11-23T01:00:00.000Z", "EXERCISE")


def test_reality_without_demo_data_carries_no_mark() -> None:
    assert marks(0, demo=False) == ()
