"""What may a metric count? Each count is one question to a case's own record and history, up to the window's end.

A count takes the tallies of one `kind` whose moment lies in the window, and of these those that pass its `test`:

    all                 every one                          in_time     done no later than it was due
    done, undone        done by the window's end, or not   late        done, but later than it was due
    failed, unfailed    proved wrong by then, or not       more        was given more (more time; closed, of a report)
    again               came back by then                  unmore      was not
    outside, collector  told from outside, by a collector  …_done      these, and done
    responded, solved, satisfied    the sum of the answers' weights, per cent, not a number of cases
    mean, median, p90   of the seconds from its beginning until it was done

Some kinds are no tallies by themselves: `step` is whatever a post does, `cell` a cell of the grid, `missed`,
`collected`, `sent_verify` and `sent_check` what collectors saw, or were sent to see. They have queries of their own.
"""

from dataclasses import dataclass
from typing import Final

from mudan.primitives.text import Text

TESTS: Final = (
    "all", "done", "undone", "in_time", "late", "failed", "unfailed", "more", "unmore", "again", "outside", "collector",
    "outside_done", "responded", "solved", "satisfied", "mean", "median", "p90",
)  # fmt: skip
WEIGHED: Final = frozenset({"responded", "solved", "satisfied"})
TIMED: Final = frozenset({"mean", "median", "p90"})
STEPS: Final = (
    "accept",
    "open",
    "dispatch",
    "verify",
    "handle",
    "check",
    "call_back",
    "decide",
)  # a post's each
OF_COLLECTORS: Final = ("cell", "missed", "collected", "sent_verify", "sent_check")
KINDS: Final = (
    "report", "open", "dispatch", "check", "close", "call_back", "appeal",
    "clock:verify", "clock:dispatch", "clock:handle", "clock:check", "clock:whole",
    "accept", "verify", "handle", "decide", "step", *OF_COLLECTORS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Count:
    """A count: of which kind of tally, by which test, and the question in words."""

    kind: str
    test: str
    question: Text


def _count(kind: str, test: str, zh: str, en: str) -> Count:
    return Count(kind, test, Text(zh, en))


COUNTS: Final[dict[str, Count]] = {
    "reported": _count("report", "all", "窗口内登记的案件", "cases reported within the window"),
    "reported_outside": _count("report", "outside", "其中公众、媒体、视频反映的", "of these, told from outside"),
    "reported_by_collectors": _count("report", "collector", "其中采集员上报的", "of these, told by collectors"),
    "valid": _count("report", "done", "窗口内登记、至窗口末已立案的", "reported within, opened by its end"),
    "valid_outside": _count("report", "outside_done", "公众等反映且已立案的", "told from outside and opened"),
    "refused": _count("report", "failed", "窗口内登记、至窗口末不予立案或作废的", "reported within, refused or void"),
    "unclosed": _count("report", "unmore", "窗口内登记、至窗口末未结案的", "reported within, not closed by its end"),
    "repeated": _count("report", "again", "窗口内登记、后并入他案或重开的", "reported within, merged or reopened"),
    "opened": _count("open", "all", "窗口内立案的次数", "openings within the window"),
    "opened_in_time": _count("open", "in_time", "其中在受理立案时限内的", "of these, within the time to open"),
    "opened_right": _count("open", "unfailed", "其中至窗口末未被并案作废的", "of these, not merged or void by its end"),
    "dispatched": _count("dispatch", "all", "窗口内派遣或转办的次数", "dispatches within the window"),
    "dispatched_right": _count("dispatch", "unfailed", "其中未回退、未改派的", "of these, not returned"),
    "returned": _count("dispatch", "failed", "其中被回退或改派的", "of these, returned or sent on"),
    "due_to_dispatch": _count("clock:dispatch", "all", "派遣时限在窗口内到期的", "dispatches due within the window"),
    "dispatched_in_time": _count("clock:dispatch", "in_time", "其中按时派遣的", "of these, dispatched in time"),
    "due_to_verify": _count("clock:verify", "all", "核实时限在窗口内到期的", "verifications due within the window"),
    "verified_in_time": _count("clock:verify", "in_time", "其中按时核实的", "of these, verified in time"),
    "due_to_handle": _count("clock:handle", "all", "处置时限在窗口内到期的", "handlings due within the window"),
    "handled": _count("clock:handle", "done", "其中至窗口末已处置的", "of these, handled by its end"),
    "handled_in_time": _count("clock:handle", "in_time", "其中按时处置的", "of these, handled in time"),
    "waiting_overdue": _count("clock:handle", "undone", "其中至窗口末超期待处置的", "of these, still waiting then"),
    "extended": _count("clock:handle", "more", "其中至窗口末获延期的", "of these, given more time by its end"),
    "handle_median": _count("clock:handle", "median", "处置用时的中位数", "median time to handle"),
    "handle_p90": _count("clock:handle", "p90", "九成案件的处置用时不超过", "nine in ten were handled within"),
    "due_to_check": _count("clock:check", "all", "核查时限在窗口内到期的", "checks due within the window"),
    "checked_in_time": _count("clock:check", "in_time", "其中按时核查的", "of these, checked in time"),
    "checked": _count("check", "all", "窗口内作出的核查结论", "verdicts of checks within the window"),
    "passed": _count("check", "done", "其中通过的", "of these, passed"),
    "due_to_close": _count("clock:whole", "all", "全流程时限在窗口内到期的", "cases due to close within the window"),
    "closed": _count("clock:whole", "done", "其中至窗口末已结案的", "of these, closed by its end"),
    "closed_in_time": _count("clock:whole", "in_time", "其中按时结案的", "of these, closed in time"),
    "closed_late": _count("clock:whole", "late", "其中超期结案的", "of these, closed late"),
    "reworked": _count("clock:whole", "failed", "其中至窗口末返工过的", "of these, reworked by its end"),
    "closings": _count("close", "all", "窗口内结案的次数", "closings within the window"),
    "close_median": _count("close", "median", "登记到结案用时的中位数", "median time from report to closing"),
    "close_p90": _count("close", "p90", "九成案件登记到结案不超过", "nine in ten were closed within"),
    "closings_called": _count("close", "more", "其中至窗口末已回访的", "of these, called back by its end"),
    "reopened": _count("close", "failed", "其中至窗口末重开的", "of these, reopened by its end"),
    "called_back": _count("call_back", "all", "窗口内的有效回访", "valid call-backs within the window"),
    "responded": _count("call_back", "responded", "其中已联系的（按回答权重）", "of these, contacted (by weight)"),
    "solved": _count("call_back", "solved", "其中已解决的（按回答权重）", "of these, solved (by weight)"),
    "satisfied": _count("call_back", "satisfied", "其中满意的（按回答权重）", "of these, satisfied (by weight)"),
    "appealed": _count("appeal", "all", "窗口内提出的申诉", "appeals made within the window"),
    "upheld": _count("appeal", "done", "其中至窗口末成立的", "of these, upheld by its end"),
    "steps": _count("step", "all", "该岗位窗口内的操作次数", "what the post has done within the window"),
    "steps_judged": _count("step", "done", "其中可判对错的（审批、回访不判）", "of these, what can prove wrong"),
    "steps_right": _count("step", "unfailed", "其中至窗口末未被推翻的", "of these, not proved wrong by its end"),
    "steps_wrong": _count("step", "failed", "其中至窗口末被推翻的（重审、作废、回退、返工、重开）",
                          "of these, proved wrong by its end (reviewed, void, returned, reworked, reopened)"),
    "steps_mean": _count("step", "mean", "从轮到该岗位到完成的平均用时", "mean time from its turn until done"),
    "steps_median": _count("step", "median", "从轮到该岗位到完成的用时中位数", "median of that time"),
    "steps_p90": _count("step", "p90", "九成操作用时不超过", "nine in ten took no longer than"),
    "cells": _count("cell", "all", "在用单元网格", "grid cells in force"),
    "cells_reached": _count("cell", "done", "其中窗口内有采集上报、走访、核实或核查到达的",
                            "of these, reached by a collector's report, visit, verification or check"),
    "seen_outside": _count("missed", "all", "窗口内公众等反映且已立案的", "told from outside and opened"),
    "missed": _count("missed", "failed", "其中所在网格此前 7 日（示例）采集员未上报过该小类的",
                     "of these, in a cell where collectors told nothing of that class in the 7 days before (example)"),
    "collected": _count("collected", "all", "窗口内采集员上报的", "told by collectors within the window"),
    "self_handled": _count("collected", "done", "其中至窗口末由上报人同一岗位处置的",
                           "of these, handled by the reporter's own position by its end"),
    "sent_verify": _count("sent_verify", "all", "派给采集员、窗口内到期的核实", "verifications due from collectors"),
    "sent_verify_in_time": _count("sent_verify", "in_time", "其中按时核实的", "of these, verified in time"),
    "sent_check": _count("sent_check", "all", "派给采集员、窗口内到期的核查", "checks due from collectors"),
    "sent_check_in_time": _count("sent_check", "in_time", "其中按时核查的", "of these, checked in time"),
}  # fmt: skip
