"""
Which token each comment belongs to: one behind a token on its line to that one, one on its own line to the token below it.

Comments inside a statement stay with their tokens wherever those go. Where the style puts a token elsewhere than the author
did, as an operator at the end of a line, `settle` moves its comments to the neighbour that will stand there.
"""

from bisect import bisect_left, bisect_right

from tierlang import quickattrs as attrs
from tierlang.source import SourceText
from tierlang.syntax import nodes as n
from tierlang.syntax.automaton import Token


@attrs.frozen
class Tokens:
    """
    The tokens of a file, by number, and the comments that belong to them.

    Attributes:
        ends: where a token and the comment behind it end in the source.
        before: comments on lines of their own above a token.
        behind: the comment at the end of a token's line.
        above_items: comments on lines of their own above the item of a list that begins with a token.
        behind_lists: the comment behind the last item of a list, by the bracket that closes it.
        behind_nodes: the comment behind the last token of a node, by the node's id.
        outside: comments on lines of their own between statements.
        padding: further spaces behind a token, so that what follows is aligned with other lines.
    """

    source: SourceText
    tokens: tuple[Token, ...]
    starts: tuple[int, ...]
    ends: list[int]
    before: dict[int, list[n.Comment]] = attrs.field(factory=dict)
    behind: dict[int, n.Comment] = attrs.field(factory=dict)
    above_items: dict[int, list[n.Comment]] = attrs.field(factory=dict)
    behind_lists: dict[int, n.Comment] = attrs.field(factory=dict)
    behind_nodes: dict[int, n.Comment] = attrs.field(factory=dict)
    outside: list[n.Comment] = attrs.field(factory=list)
    padding: dict[int, int] = attrs.field(factory=dict)

    def within(self, node: n.Node) -> range:
        """The numbers of the tokens of a node; a statement's annotations are its own."""
        start = node.span.start
        if isinstance(node, n.Statement):
            start = min([start, *(annotation.span.start for annotation in node.annotations)])
        return range(bisect_left(self.starts, start), bisect_left(self.starts, node.span.end))

    def opening(self, number: int) -> int:
        """Where a token or the first comment above it begins."""
        comments: list[n.Comment] = [*self.above_items.get(number, []), *self.before.get(number, [])]
        return min([self.starts[number], *(comment.span.start for comment in comments)])

    def blank_between(self, end: int, start: int) -> bool:
        """Whether there is an empty line between two places of the text with nothing but space between them."""
        return self.source.text.count("\n", end, start) > 1


def attach(source: SourceText, file: n.File, tokens: tuple[Token, ...]) -> Tokens:
    """Give every comment of a file to a token, or to the space between statements."""
    starts = tuple(token.start_pos or 0 for token in tokens)
    found = Tokens(source, tokens, starts, [token.end_pos or 0 for token in tokens])
    firsts = {found.within(statement).start for statement in file.statements}
    for comment in file.comments:
        following = bisect_right(starts, comment.span.start)
        if not comment.own_line:
            found.behind[following - 1] = comment
            found.ends[following - 1] = comment.span.end
        elif following in firsts or following == len(tokens):
            found.outside.append(comment)
        else:
            found.before.setdefault(following, []).append(comment)
    return found


def settle_operator(tokens: Tokens, number: int) -> None:
    """Comments around an operator that will begin a line: above it, or behind the operand before it."""
    behind = tokens.behind.pop(number, None)
    if behind is not None:
        if number - 1 in tokens.behind or number in tokens.before:
            tokens.before.setdefault(number, []).append(behind)
        else:
            tokens.behind[number - 1] = behind
    if number + 1 in tokens.before:
        tokens.before.setdefault(number, []).extend(tokens.before.pop(number + 1))


def settle_line(tokens: Tokens, numbers: range) -> None:
    """Comments inside something that has to stay on one line go above it."""
    first, last = numbers[0], numbers[-1]
    for number in numbers:
        if number != first:
            tokens.before.setdefault(first, []).extend(tokens.before.pop(number, ()))
        if number != last and number in tokens.behind:
            tokens.before.setdefault(first, []).append(tokens.behind.pop(number))
    if not tokens.before.get(first):
        tokens.before.pop(first, None)


def settle_separators(tokens: Tokens, numbers: range) -> None:
    """
    Comments around a comma or a closing bracket belong to the list and not to what its items end with.

    Those above a comma go above what follows it; one behind an item goes behind its comma, or to the end of the list.
    """
    for number in numbers:
        match str(tokens.tokens[number]):
            case ",":
                pushed = tokens.before.pop(number, [])
                if number - 1 in tokens.behind:
                    pushed += [tokens.behind[number]] if number in tokens.behind else []
                    tokens.behind[number] = tokens.behind.pop(number - 1)
                if pushed:
                    tokens.before[number + 1] = [*pushed, *tokens.before.get(number + 1, ())]
            case ")" | "]" | "}" if str(tokens.tokens[number - 1]) not in "([{":
                if number - 1 in tokens.behind:
                    tokens.behind_lists[number] = tokens.behind.pop(number - 1)


def settle_end(tokens: Tokens, node: n.Node) -> None:
    """A comment behind the last token of a node stands behind all of it; the outermost such node has to come first."""
    last = tokens.within(node).stop - 1
    if last in tokens.behind:
        tokens.behind_nodes[id(node)] = tokens.behind.pop(last)


def settle_item(tokens: Tokens, number: int) -> None:
    """Comments above the first token of an item of a list stand above the item."""
    if number in tokens.before:
        tokens.above_items[number] = tokens.before.pop(number)
