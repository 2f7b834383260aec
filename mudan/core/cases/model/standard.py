"""Which stages and ways does a case have where nothing else is agreed? Those of the county's seven stages (数字城管).

    1 信息收集   reported ─▶ verifying                       ╲ refused · replied · void · merged
    2 案卷建立   filing ─────────────────────────────────────╱
    3 任务派遣   dispatching ◀─────────── return · escalate · reopen
    4 任务处理   assigned ─▶ handling ⇄ on_account           ▲ rework
    5 处理反馈   answered                                    │
    6 核实结案   checking ───────────────────────────────────┘
    7 综合评价   evaluating ─▶ archived

Who has handled a case never checks, closes or rates it; what the public reports is seen before it is opened.
"""

from typing import Final

from mudan.core.cases.model.types import Stage, Transition
from mudan.primitives.text import Text

STAGES: Final = (
    Stage("reported", Text("已登记", "reported"), 1),
    Stage("verifying", Text("核实中", "being verified"), 1),
    Stage("filing", Text("待立案", "to be opened"), 2),
    Stage("dispatching", Text("待派遣", "to be dispatched"), 3),
    Stage("assigned", Text("待签收", "to be signed for"), 4),
    Stage("handling", Text("处置中", "being handled"), 4),
    Stage("on_account", Text("挂账", "on account"), 4),
    Stage("answered", Text("已反馈", "reported back"), 5),
    Stage("checking", Text("核查中", "being checked"), 6),
    Stage("evaluating", Text("已结案待回访", "closed, to be called back"), 7),
    Stage("archived", Text("已归档", "archived"), 7, ended=True),
    Stage("refused", Text("不予立案", "not opened"), 2, ended=True),
    Stage("replied", Text("已直接答复", "answered at once"), 7, ended=True),
    Stage("void", Text("作废", "void"), 1, ended=True),
    Stage("merged", Text("已并案", "merged"), 2, ended=True),
)
BEFORE: Final = ("reported", "verifying", "filing")
AT_WORK: Final = ("assigned", "handling")
_WAITING: Final = ("dispatching",)
OPENED: Final = ("dispatching", *AT_WORK, "on_account", "answered", "checking")
CLOSED: Final = ("evaluating", "archived")
_DESK: Final = ("dispatcher", "duty_officer")
_DOERS: Final = ("department_liaison", "field_worker", *_DESK)
_SEERS: Final = ("field_worker", *_DESK)
_DECIDERS: Final = (*_DESK, "leader")
_HEADS: Final = ("duty_officer", "leader")


def _way(
    name: str,
    title: tuple[str, str],
    origins: tuple[str, ...],
    to: str,
    roles: tuple[str, ...],
    words: str = "",
    *,
    effects: str = "",
    asks: str = "",
    settles: str = "",
) -> Transition:
    """`words` are guards; the word `reason` among them says that a reason is needed."""
    guards = tuple(word for word in words.split() if word != "reason")
    return Transition(
        name,
        Text(*title),
        origins,
        to,
        roles,
        guards,
        tuple(effects.split()),
        "reason" in words.split(),
        asks,
        settles,
    )


_COLLECTING: Final = (
    _way("verify", ("派核实", "send to verify"), ("reported", "filing"), "verifying", _DESK, effects="sends"),
    _way("confirm", ("核实属实", "found true"), ("verifying",), "filing", _SEERS, "not_handler sent",
         effects="verifies"),
    _way("disprove", ("核实不属实", "found untrue"), ("verifying",), "refused", _SEERS, "not_handler sent reason"),
    _way("accept", ("受理", "accept"), ("reported",), "filing", _DESK),
    _way("refuse", ("不予立案", "do not open"), ("reported", "filing"), "refused", _DESK, "reason"),
    _way("open", ("立案", "open the case"), ("filing",), "dispatching", _DESK, "verified", effects="opens"),
    _way("void", ("作废", "void"), BEFORE, "void", _DESK, "reason"),
    _way("merge", ("并案", "merge"), (*BEFORE, "dispatching"), "merged", _DESK, "main", effects="merges"),
    _way("separate", ("撤销并案", "undo the merging"), ("merged",), "filing", _DESK, "reason", effects="separates"),
    _way("answer_now", ("直接答复", "answered at once"), ("reported",), "replied", _DESK, "reason"),
    _way("review", ("复议", "look again"), ("refused", "replied"), "filing", ("reporter", *_DESK), "reason",
         effects="reopens"),
)  # fmt: skip
_SENDING: Final = (
    _way("dispatch", ("派遣", "dispatch"), ("dispatching",), "assigned", _DESK, effects="owns"),
    _way("sign", ("签收", "sign for"), ("assigned",), "handling", _DOERS, "own", effects="handles"),
    _way("return", ("回退", "return"), AT_WORK, "dispatching", _DOERS, "own reason", effects="returns disowns"),
    _way("redirect", ("转办", "pass on"), AT_WORK, "assigned", _DESK, "reason", effects="owns"),
    _way("join", ("会办", "bring in others"), AT_WORK, "", _DESK, effects="joins"),
    _way("escalate", ("升级", "raise a level"), _WAITING, "dispatching", _DESK, "level reason", effects="up"),
    _way("delegate", ("下派", "hand down a level"), _WAITING, "dispatching", _DESK, "level", effects="down"),
    _way("hand_back", ("退回来处", "hand back"), _WAITING, "dispatching", _DESK, "level reason", effects="back"),
)  # fmt: skip
_WORKING: Final = (
    _way("ask_extension", ("申请延期", "ask for more time"), AT_WORK, "", _DOERS, "own reason", asks="extension"),
    _way("grant_extension", ("同意延期", "grant more time"), AT_WORK, "", _DECIDERS, "not_handler",
         effects="extends", settles="extension"),
    _way("refuse_extension", ("不同意延期", "refuse more time"), AT_WORK, "", _DECIDERS, "reason", settles="extension"),
    _way("ask_account", ("申请挂账", "ask to put on account"), ("handling",), "", _DOERS, "own reason", asks="account"),
    _way("grant_account", ("同意挂账", "put on account"), ("handling",), "on_account", _HEADS, "not_handler",
         settles="account"),
    _way("refuse_account", ("不同意挂账", "refuse to put on account"), ("handling",), "", _HEADS, "reason",
         settles="account"),
    _way("resume", ("销账恢复", "take up again"), ("on_account",), "handling", _DOERS, "own"),
    _way("answer", ("反馈", "report back"), ("handling",), "answered", _DOERS, "own", effects="handles"),
    _way("supervise", ("督办", "supervise"), OPENED, "", (*_HEADS, "system"), "reason", effects="supervises",
         asks="supervision"),
    _way("reply", ("督办回复", "answer the supervision"), OPENED, "", _DOERS, "own reason", settles="supervision"),
)  # fmt: skip
_CHECKING: Final = (
    _way("check", ("派核查", "send to check"), ("answered",), "checking", _DESK, effects="sends"),
    _way("fail", ("核查不通过", "check failed"), ("checking",), "handling", _SEERS, "not_handler sent reason",
         effects="reworks"),
    _way("pass", ("核查通过结案", "check passed"), ("checking",), "evaluating", _SEERS, "not_handler sent",
         effects="closes"),
    _way("force_close", ("强制结案", "force to close"), OPENED, "evaluating", _HEADS, "not_handler reason",
         effects="closes forced"),
    _way("call_back", ("回访", "call back"), ("evaluating",), "", _DESK, "not_handler", effects="rates"),
    _way("rate", ("反映人评价", "rated by the reporter"), CLOSED, "", ("reporter",), "not_handler",
         effects="rates"),
    _way("finish", ("评价归档", "archive"), ("evaluating",), "archived", _DESK, "not_handler rated"),
    _way("reopen", ("重开", "reopen"), CLOSED, "dispatching", ("reporter", *_DESK), "reason",
         effects="reopens disowns"),
    _way("appeal", ("申诉", "appeal"), CLOSED, "", ("department_liaison",), "own reason", asks="appeal"),
    _way("uphold", ("申诉成立", "uphold the appeal"), CLOSED, "", _HEADS, "", effects="upholds", settles="appeal"),
    _way("dismiss", ("申诉不成立", "dismiss the appeal"), CLOSED, "", _HEADS, "reason", settles="appeal"),
)  # fmt: skip
TRANSITIONS: Final = (*_COLLECTING, *_SENDING, *_WORKING, *_CHECKING)

# Where another system's people do the work (a property firm's): what that system says moves the case, by the centre's
# own hand. What they call done is checked like any other answer.
_HELD: Final = ("dispatching", "assigned", "handling", "on_account")
_BY: Final = ("system",)
ELSEWHERE: Final = (
    _way("done_elsewhere", ("承办方报完成", "done, the other system says"), BEFORE, "answered", _BY, "verified",
         effects="opens handles"),
    _way("done_elsewhere", ("承办方报完成", "done, the other system says"), _HELD, "answered", _BY,
         effects="handles"),
    _way("back_elsewhere", ("承办方报返修", "to be done again, the other system says"), ("answered", "checking"),
         "handling", _BY, "reason", effects="reworks"),
    _way("back_elsewhere", ("承办方报返修", "to be done again, the other system says"), CLOSED, "dispatching", _BY,
         "reason", effects="reopens disowns"),
    _way("declined_elsewhere", ("承办方退单", "declined by the other system"), AT_WORK, "dispatching", _BY,
         "reason", effects="returns disowns"),
)  # fmt: skip
