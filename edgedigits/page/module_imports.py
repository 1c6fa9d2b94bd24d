"""Where a JavaScript module names other modules, and how to name them differently.

A small tokenizer, enough to tell code from what only looks like it: comments, strings, template
literals, regular expressions. Grammar: ECMA-262, 15th edition, clauses 12 and 16.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_SPACE = re.compile(r"(?:[\s\ufeff]+|//[^\n\r\u2028\u2029]*|/\*.*?\*/)+", re.DOTALL)
_NAME = re.compile(r"#?(?:[\w$]|\\u(?:[0-9a-fA-F]{4}|\{[0-9a-fA-F]+\}))+")
_NUMBER = re.compile(r"(?:\.\d[\d_]*|\d[\d_]*\.?[\d_]*)(?:[eE][+-]?\d[\d_]*)?\w*")
_STRING = re.compile(r"""(["'])((?:(?!\1)[^\\\n\r]|\\(?:\r\n|.))*)\1""", re.DOTALL)
_REGEX = re.compile(r"/(?![*/])(?:[^\\/\[\n\r]|\\[^\n\r]|\[(?:[^\]\\\n\r]|\\[^\n\r])*\])+/\w*")
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*", re.DOTALL)
_PUNCTUATION = re.compile(r"\.\.\.|\?\.(?!\d)|=>|\+\+|--|[^\w\s]")
_HASHBANG = re.compile(r"#![^\n\r]*")

# After these words an expression begins, so that a slash opens a regular expression.
_BEFORE_EXPRESSION = frozenset(
    [
        "await",
        "case",
        "default",
        "delete",
        "do",
        "else",
        "extends",
        "in",
        "instanceof",
        "new",
        "return",
        "throw",
        "typeof",
        "void",
        "yield",
    ]
)
_BEFORE_CONDITION = frozenset(("if", "while", "for", "with"))
_BEFORE_METHOD = frozenset(["{", "}", ",", ";", "*", "async", "static", "get", "set"])
# After these signs a brace opens an object; after all else a block.
_BEFORE_OBJECT = frozenset(
    [
        "(",
        "[",
        ",",
        "=",
        "?",
        ":",
        "+",
        "-",
        "*",
        "/",
        "%",
        "&",
        "|",
        "^",
        "!",
        "~",
        "<",
        ">",
        "...",
    ]
)


class NotUnderstood(ValueError):
    """This text cannot be read as a JavaScript module, or names one in a way nobody can follow."""


@dataclass(frozen=True)
class Specifier:
    """A module's name as it stands in the text between `start` and `end`, quotes included."""

    name: str
    start: int
    end: int
    dynamic: bool


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int
    depth: int


def find(source: str) -> list[Specifier]:
    """Every module named by an `import`, an `import()` or an `export … from`, in order.

    Raises:
        NotUnderstood: the text is no module, or an `import()` has no plain string.
    """
    tokens = list(_tokens(source))
    found = []
    for n, token in enumerate(tokens):
        if token.kind != "name" or token.text not in ("import", "export"):
            continue
        if n and tokens[n - 1].text in (".", "?."):
            continue
        if token.text == "import" and _text(tokens, n + 1) == "(":
            named = _dynamic(source, tokens, n)
        else:
            named = _static(tokens, n)
        if named is not None:
            found.append(named)
    return found


def renamed(source: str, rename: Callable[[str], str]) -> str:
    """The text with every module's name replaced by what `rename` makes of it.

    Raises:
        NotUnderstood: the text is no module.
    """
    parts, done = [], 0
    for specifier in find(source):
        name = rename(specifier.name)
        if not re.fullmatch(r"[^\"\\\x00-\x1f\u2028\u2029]+", name):
            raise NotUnderstood(f"{name!r} cannot name a module")
        parts += [source[done : specifier.start], f'"{name}"']
        done = specifier.end
    return "".join([*parts, source[done:]])


def _text(tokens: list[_Token], n: int) -> str:
    return tokens[n].text if 0 <= n < len(tokens) else ""


def _static(tokens: list[_Token], n: int) -> Specifier | None:
    """The module of the `import` or `export` declaration that begins at token `n`, if it is one."""
    if tokens[n].depth:
        return None
    follower = tokens[n + 1] if n + 1 < len(tokens) else None
    if follower is None or follower.text in (".", ":", "=", ";", ")", ","):
        return None
    if tokens[n].text == "import" and follower.kind == "string":
        return _specifier(follower, dynamic=False)
    if tokens[n].text == "export" and follower.text not in ("*", "{"):
        return None
    for at in range(n + 1, len(tokens) - 1):
        token = tokens[at]
        if token.depth or token.kind == "string" or token.text in ("*", "{", "}", ","):
            continue
        if token.kind != "name":
            return None
        if token.text == "from" and tokens[at + 1].kind == "string":
            return _specifier(tokens[at + 1], dynamic=False)
        # `export {a}` may end without a semicolon; then some other statement begins.
        if tokens[n].text == "export" and token.text not in ("as", "from", "default"):
            if _text(tokens, at - 1) == "as":
                continue
            return None
    return None


def _dynamic(source: str, tokens: list[_Token], n: int) -> Specifier | None:
    """The module of the `import(…)` at token `n`; nothing for a method of that name."""
    if n + 2 >= len(tokens):
        raise NotUnderstood("import( has no end")
    argument, after = tokens[n + 2], _text(tokens, n + 3)
    if argument.kind == "string" and after in (")", ","):
        return _specifier(argument, dynamic=True)
    depth = tokens[n + 1].depth
    closing = next(
        (at for at in range(n + 2, len(tokens)) if tokens[at].depth == depth), len(tokens)
    )
    before = _text(tokens, n - 1)
    if _text(tokens, closing + 1) == "{" and before in _BEFORE_METHOD:
        return None
    line = source.count("\n", 0, tokens[n].start) + 1
    raise NotUnderstood(f"line {line}: an import() without a plain string cannot be followed")


def _specifier(token: _Token, *, dynamic: bool) -> Specifier:
    if "\\" in token.text:
        raise NotUnderstood(f"{token.text} is written with escapes")
    return Specifier(token.text[1:-1], token.start, token.end, dynamic)


def _tokens(source: str) -> Iterator[_Token]:
    """The text's tokens without blanks and comments; a closing bracket has its opening's depth."""
    at = found.end() if (found := _HASHBANG.match(source)) else 0
    # What is open: its sign, and whether an operand ends where it closes.
    opened: list[tuple[str, bool]] = []
    last, operand = "", False
    while True:
        if space := _SPACE.match(source, at):
            at = space.end()
        if at >= len(source):
            break
        sign, start, depth = source[at], at, len(opened)
        if sign in "\"'":
            kind, at, operand = "string", _end(_STRING, source, at, "a string"), True
        elif sign == "`" or (sign == "}" and opened and opened[-1][0] == "${"):
            if sign == "}":
                opened.pop()
                depth -= 1
            at = _end(_TEMPLATE, source, at + 1, "a template")
            if source.startswith("${", at):
                opened.append(("${", False))
                kind, at, operand = "punctuation", at + 2, False
            elif at < len(source):
                kind, at, operand = "template", at + 1, True
            else:
                raise _unended("a template", source, start)
        elif sign.isdigit() or (sign == "." and source[at + 1 : at + 2].isdigit()):
            kind, at, operand = "number", _end(_NUMBER, source, at, "a number"), True
        elif name := _NAME.match(source, at):
            kind, at = "name", name.end()
            operand = last in (".", "?.") or name.group() not in _BEFORE_EXPRESSION
        elif sign == "/" and not operand:
            kind, at, operand = "regex", _end(_REGEX, source, at, "a regular expression"), True
        else:
            kind, at = "punctuation", _end(_PUNCTUATION, source, at, "a sign")
            sign = source[start:at]
            if sign in ("(", "[", "{"):
                opened.append((sign, _is_operand(sign, last)))
                operand = False
            elif sign in (")", "]", "}"):
                if not opened or {"(": ")", "[": "]", "{": "}"}.get(opened[-1][0]) != sign:
                    raise _unended(f"{sign} without a beginning:", source, start)
                operand = opened.pop()[1]
                depth -= 1
            else:
                operand = sign in ("++", "--") and operand
        # What counts for the next token is the word before it, unless that is a property's name.
        word = source[start:at]
        yield _Token(kind, word, start, at, depth)
        last = "property" if kind == "name" and last in (".", "?.") else word
    if opened:
        raise _unended(f"{opened[-1][0]} without an end:", source, len(source))


def _is_operand(sign: str, last: str) -> bool:
    """Whether what this bracket opens is a value, after which a slash divides."""
    if sign == "(":
        return last not in _BEFORE_CONDITION
    if sign == "{":
        return last in _BEFORE_OBJECT or last in _BEFORE_EXPRESSION - {"do", "else"}
    return True


def _end(pattern: re.Pattern[str], source: str, at: int, what: str) -> int:
    found = pattern.match(source, at)
    if found is None:
        raise _unended(what, source, at)
    return found.end()


def _unended(what: str, source: str, at: int) -> NotUnderstood:
    line = source.count("\n", 0, at) + 1
    return NotUnderstood(f"line {line}: {what} that cannot be read: {source[at : at + 40]!r}")
