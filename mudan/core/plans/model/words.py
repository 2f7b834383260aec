"""Which small words is a plan written with? Spans of time, text in two languages, levels, colours."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, WithJsonSchema

from mudan.core.rules.model import Level
from mudan.primitives.text import Text

SPAN: Final = r"^[0-9]{1,5} ?(s|min|h|d)$"
KEY: Final = r"^[A-Za-z][A-Za-z0-9_]{0,47}$"
SLUG: Final = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_SECONDS: Final = {"s": 1, "min": 60, "h": 3600, "d": 86400}
LONGEST_TEXT: Final = 1000


class Part(BaseModel):
    """A piece of a plan: unknown keys are errors, nothing changes after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def span_of(value: Any) -> timedelta:
    """`30s`, `10min`, `2h`, `1d` as a timedelta. Raises ValueError."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not re.fullmatch(SPAN[1:-1], value):
        raise ValueError("a span of time is a number and s, min, h or d: 30min")
    number, unit = re.fullmatch(r"([0-9]+) ?([a-z]+)", value).groups()  # type: ignore[union-attr]  # as SPAN says
    return timedelta(seconds=int(number) * _SECONDS[unit])


def span_text(span: timedelta) -> str:
    """The shortest writing of a span, as plans write it."""
    seconds = int(span.total_seconds())
    for unit in ("d", "h", "min"):
        if seconds and seconds % _SECONDS[unit] == 0:
            return f"{seconds // _SECONDS[unit]}{unit}"
    return f"{seconds}s"


def span_words(span: timedelta) -> Text:
    """A span as people say it."""
    seconds = int(span.total_seconds())
    for unit, zh, en in (("d", "天", "d"), ("h", "小时", "h"), ("min", "分钟", "min")):
        if seconds and seconds % _SECONDS[unit] == 0:
            number = seconds // _SECONDS[unit]
            return Text(f"{number} {zh}", f"{number} {en}")
    return Text(f"{seconds} 秒", f"{seconds} s")


def _text_of(value: Any) -> Text:
    if isinstance(value, Text):
        return value
    if not isinstance(value, dict) or set(value) != {"zh", "en"}:
        raise ValueError("words are written in both languages: {zh: …, en: …}")
    for words in value.values():
        if not isinstance(words, str) or not words.strip() or len(words) > LONGEST_TEXT:
            raise ValueError(f"words are 1 to {LONGEST_TEXT} characters")
    return Text(value["zh"].strip(), value["en"].strip())


def _level_of(value: Any) -> Level:
    if isinstance(value, Level):
        return value
    if value not in Level.__members__:
        raise ValueError("a level is I, II, III or IV")
    return Level[value]


class Colour(StrEnum):
    """The statutory colours of early warning, gravest first."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"

    @property
    def level(self) -> Level:
        """Red is I, orange II, yellow III, blue IV."""
        return Level(list(Colour).index(self) + 1)


_WORDS_SCHEMA: Final = {
    "type": "object",
    "properties": {
        language: {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT} for language in ("zh", "en")
    },
    "required": ["zh", "en"],
    "additionalProperties": False,
    "description": "The same words in Chinese and in English",
}


def _text_out(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


Words = Annotated[
    Text,
    PlainValidator(_text_of),
    PlainSerializer(_text_out, return_type=dict[str, str]),
    WithJsonSchema(_WORDS_SCHEMA),
]
Span = Annotated[
    timedelta,
    PlainValidator(span_of),
    PlainSerializer(span_text),
    WithJsonSchema({"type": "string", "pattern": SPAN, "description": "30s, 10min, 2h, 1d"}),
]
LevelName = Annotated[
    Level,
    PlainValidator(_level_of),
    PlainSerializer(lambda level: level.name),
    WithJsonSchema({"enum": ["I", "II", "III", "IV"], "description": "The statutory level, I the gravest"}),
]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Key = Annotated[str, Field(pattern=KEY)]
Line = Annotated[str, Field(min_length=1, max_length=200)]
