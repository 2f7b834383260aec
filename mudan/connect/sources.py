"""What does every platform of records bring beside its feeds: who sends, how much of it is good, when is it silent?"""

from typing import Final

from mudan.connect.feeds import Feed
from mudan.core.kpis.model import Kpi, Measure, Term
from mudan.core.observations.model import Quantity
from mudan.core.records.model.deliveries import Target
from mudan.core.rules.model import Comparison, Example, Level, Op, Property, Rule, Staleness
from mudan.primitives.text import Text

SOURCE: Final = "RecordSource"
GOOD_RECORDS: Final = "records_good"
BAD_RECORDS: Final = "records_bad"
PROPERTIES: Final = {
    "most_bad": Text("一批允许的坏行数", "How many bad rows a batch may hold"),
    "stale_after_s": Text(
        "应在多少秒内有联系；不填则从不判为中断",
        "Seconds within which it should be heard; none: never silent",
    ),
    "example": Text("示例", "Invented, for a demonstration"),
}
QUANTITIES: Final = (
    Quantity(GOOD_RECORDS, "1", Text("一批合格记录数", "Good records of a batch"), decimals=0),
    Quantity(BAD_RECORDS, "1", Text("一批问题行数", "Bad rows of a batch"), decimals=0),
)
_DAY_S: Final = 86_400.0
_HEARD: Final = ((0.0, GOOD_RECORDS, 20.0),)
_DAILY: Final = (("stale_after_s", _DAY_S),)
_SILENT: Final = (
    Example(fires=True, samples=_HEARD, properties=_DAILY, until_s=_DAY_S + 60),
    Example(fires=False, samples=_HEARD, properties=_DAILY, until_s=_DAY_S - 60),
)
_MOST: Final = (("most_bad", 10.0),)
_BAD: Final = (
    Example(fires=True, samples=((0.0, BAD_RECORDS, 10.0),), properties=_MOST),
    Example(fires=False, samples=((0.0, BAD_RECORDS, 9.0),), properties=_MOST),
)


def settings_of(feeds: tuple[Feed, ...], targets: tuple[Target, ...] = ()) -> dict[str, Text]:
    """The settings of a platform of records."""
    told = {
        "area": Text("记录没有行政区划时所用的代码", "Code of the area where a record names none"),
        "folder": Text("投放目录，其下每类记录一个子目录", "Drop folder, with a folder for each feed within"),
        "every_s": Text("拉取间隔（秒，默认 30）", "Seconds between pulls (30)"),
        "pull_url": Text("对方数据库地址（SQLAlchemy）", "Address of the other database (SQLAlchemy)"),
        "poll_token": Text("轮询接口的令牌", "Token for the polled addresses"),
        "hook_url": Text("回写地址（推送办理情况）", "Address that is told what became of records"),
        "hook_secret": Text("回写签名密钥", "Secret that what is told is signed with"),
    }
    for feed in feeds:
        zh, en = feed.title.zh, feed.title.en
        told[f"pull_{feed.name}"] = Text(f"{zh}所在的表或视图", f"Table or view of the {en}")
        told[f"cursor_{feed.name}"] = Text(f"{zh}表中只增的列", f"Column of the {en} that only grows")
        told[f"poll_{feed.name}"] = Text(
            f"{zh}的接口地址，{{mark}} 处为进度", f"Address of the {en}; {{mark}} is how far"
        )
    for target in targets:
        if target.needs:
            zh, en = target.title.zh, target.title.en
            told[f"hook_url_{target.name}"] = Text(f"{zh}的地址", f"Address of the {en}")
            told[f"hook_secret_{target.name}"] = Text(f"{zh}的签名密钥", f"Secret of the {en}")
    return told


def rules_of(platform: str) -> tuple[Rule, ...]:
    """A source that is silent for longer than it declares, and one whose batches hold too many bad rows."""
    return (
        Rule(
            name=f"{platform}.source_silent",
            time_available_min=240,
            entity_types=(SOURCE,),
            condition=Staleness(GOOD_RECORDS, Property("stale_after_s")),
            level=Level.IV,
            title=Text("数据源中断", "source is silent"),
            sentence=Text("超过约定时间没有联系", "not heard for longer than it declares"),
            cause=Text(
                "对方系统停止推送、接口或目录不通", "the other system sends no more, or cannot be reached"
            ),
            consequence=Text("超期与差评发现不了", "what is overdue or complained about is not noticed"),
            response=Text("查看数据交换页并联系对方", "look at the exchange page and call the other side"),
            source="the source's own property stale_after_s",
            examples=_SILENT,
        ),
        Rule(
            name=f"{platform}.many_bad_rows",
            time_available_min=480,
            entity_types=(SOURCE,),
            condition=Comparison(BAD_RECORDS, Op.GE, Property("most_bad")),
            level=Level.IV,
            title=Text("问题数据过多", "too many bad rows"),
            sentence=Text("一批中的问题行达到限值", "a batch held as many bad rows as the limit, or more"),
            cause=Text("对方改了字段或代码表", "the other side changed fields or codes"),
            consequence=Text("这些记录没有进入中心", "these records are not in the centre"),
            response=Text(
                "下载问题行，核对字段映射后重放", "download the bad rows, check the mapping, replay them"
            ),
            source="示例",
            example_only=True,
            examples=_BAD,
        ),
    )


def kpis_of(platform: str) -> tuple[Kpi, ...]:
    """How much of what came could be used, and how many sources are heard."""
    return (
        Kpi(
            name=f"{platform}.sources_heard",
            title=Text("数据源到报率", "sources heard"),
            meaning=Text(
                "约定了联系时限的数据源中，按时有联系的占比",
                "sources heard in time, of those that declare a time",
            ),
            unit="%",
            version=2,
            window_s=_DAY_S,
            numerator=Term(Measure.ENTITIES_IN_TIME, entity_type=SOURCE, limit="stale_after_s"),
            denominator=Term(Measure.ENTITIES_TIMED, entity_type=SOURCE, limit="stale_after_s"),
        ),
        Kpi(
            name=f"{platform}.bad_rows",
            title=Text("问题行比例", "bad rows"),
            meaning=Text("近一小时不能用的行占比", "rows of the last hour that could not be used, of all"),
            unit="%",
            version=1,
            window_s=3600.0,
            numerator=Term(Measure.FRAMES_BAD),
            denominator=Term(Measure.FRAMES),
            higher_is_better=False,
        ),
    )
