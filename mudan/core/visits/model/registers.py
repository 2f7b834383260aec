"""Which records does one entry at the door serve, and which of its fields goes into which?

one entry ─┬▶ visit log          what would otherwise be typed into each of them is typed once
           ├▶ care list          next visit reckoned anew
           ├▶ safety register
           ├▶ repair case        a case of its own, with its clocks
           ├▶ notice receipt
           ├▶ call answer        the call chain's place has answered
           └▶ dispute log
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mudan.core.visits.model.words import Entry
from mudan.primitives.text import Text


@dataclass(frozen=True, slots=True)
class Register:
    """A record that is kept somewhere. It is served when the entry holds what it `needs`; it `takes` these fields."""

    name: str
    title: Text
    needs: str
    takes: tuple[str, ...]


REGISTERS: Final = (
    Register("visit_log", Text("走访记录", "visit log"), "", ("place", "at", "kind", "outcome", "note")),
    Register("care_list", Text("重点关爱台账", "care list"), "care", ("place", "at", "outcome")),
    Register("safety_register", Text("安全检查台账", "safety register"), "checks", ("place", "at", "checks")),
    Register("repair_case", Text("报修案件", "repair case"), "problems", ("place", "at", "problems")),
    Register(
        "notice_receipt",
        Text("告知回执", "notice receipt"),
        "receipts",
        ("place", "at", "receipts", "outcome"),
    ),
    Register("call_answer", Text("叫应应答", "call answer"), "answer", ("place", "at", "answer")),
    Register("dispute_log", Text("矛盾调解台账", "dispute log"), "mediation", ("place", "at", "mediation")),
)
NAMES: Final = tuple(one.name for one in REGISTERS)


def served(entry: Entry, *, looked_after: bool) -> tuple[Register, ...]:
    """The records that an entry serves. `looked_after`: it was a household on the care list."""
    held = {
        "": True, "care": looked_after, "checks": bool(entry.checks),
        "problems": not all(one.solved for one in entry.problems),
        "receipts": bool(entry.receipts), "answer": entry.answer is not None, "mediation": bool(entry.mediation),
    }  # fmt: skip
    return tuple(one for one in REGISTERS if held[one.needs])


def registers_named(names: Iterable[str]) -> tuple[Register, ...]:
    """Registers by their names, in the order of the declaration; unknown names are left out."""
    wanted = set(names)
    return tuple(one for one in REGISTERS if one.name in wanted)


def spared(registers: Iterable[Register]) -> int:
    """How many fields need not be typed again because one entry serves them all."""
    takes = [one.takes for one in registers]
    return sum(map(len, takes)) - len({name for fields in takes for name in fields})
