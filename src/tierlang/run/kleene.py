"""Three-valued logic: false and true decide, undetermined waits with its causes (Kleene)."""

from collections.abc import Iterable

from tierlang.run.values import Undetermined, Value, is_number, union

Absorbed = list[Undetermined]
"""Undetermined operands that did not matter, because others decided; they become warnings of the result."""


def decide(operands: Iterable[Value], deciding: bool, absorbed: Absorbed) -> Value:
    """
    `and` (deciding False) and `or` (deciding True) of any number of operands.

    Returns:
        *deciding* if one operand is, else undetermined with the causes of all that are, else the other truth value.
    """
    waiting: list[Undetermined] = []
    decided = False
    for operand in operands:
        if operand is deciding:
            decided = True
        elif isinstance(operand, Undetermined):
            waiting.append(operand)
    if decided:
        absorbed += waiting
        return deciding
    return union(waiting) if waiting else not deciding


def at_least(wanted: Value, operands: list[Value], absorbed: Absorbed) -> Value:
    """Whether *wanted* operands or more are true, whatever the undetermined ones are."""
    if isinstance(wanted, Undetermined):
        return union([wanted, *operands])
    waiting = [operand for operand in operands if isinstance(operand, Undetermined)]
    true = sum(operand is True for operand in operands)
    assert is_number(wanted)
    if true >= wanted or true + len(waiting) < wanted:
        absorbed += waiting
        return true >= wanted
    return union(waiting)


def negate(operand: Value) -> Value:
    """`not`."""
    return operand if isinstance(operand, Undetermined) else not operand
