"""Module names are found in JavaScript, and nothing that only looks like one is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgedigits.page import demo, module_imports
from edgedigits.page.module_imports import NotUnderstood

IMPORTS = [
    ("import './a.js'", ["./a.js"]),
    ('import"./a.js";import x from"./b.js"', ["./a.js", "./b.js"]),
    ("import * as x from './a.js'", ["./a.js"]),
    ("import x, { y as z, default as w } from './a.js'", ["./a.js"]),
    ("import from from './a.js'", ["./a.js"]),
    ("import { from } from './a.js'", ["./a.js"]),
    ("import { 'a from \"b\"' as c } from './a.js'", ["./a.js"]),
    ("import /* from 'x' */ y // from 'z'\n from './a.js'", ["./a.js"]),
    ("import x from './a.json' with { type: 'json' }", ["./a.json"]),
    ("export * from './a.js'", ["./a.js"]),
    ("export * as from from './a.js'", ["./a.js"]),
    ("export{a as b}from'./a.js'", ["./a.js"]),
    ("export {};import './a.js'", ["./a.js"]),
    ("export { a }\nimport x from './a.js'", ["./a.js"]),
    ("const x = await import('./a.js')", ["./a.js"]),
    ("f(() => import ( /* here */ './a.js' ))", ["./a.js"]),
    ("import('./a.js', { with: {} })", ["./a.js"]),
    ("`${await import('./a.js')}`", ["./a.js"]),
    ("`a${ `b${import('./a.js')}c` }d`; import('./b.js')", ["./a.js", "./b.js"]),
    ("`${{ a: { b: `}` } }.a}`; import './a.js'", ["./a.js"]),
    ("x = a / b; import('./a.js'); y = c / d", ["./a.js"]),
    ("x = /['\"`]/.test(y) / 2; import('./a.js')", ["./a.js"]),
    ("x = /[/'\"]/g; import('./a.js')", ["./a.js"]),
    ("if (x) /'/.test(y); import('./a.js')", ["./a.js"]),
    ("while(x)/`/.exec(y);import('./a.js')", ["./a.js"]),
    ("x = (a) / 2; import('./a.js'); y = '/'", ["./a.js"]),
    ("x = a[0] / 2; import('./a.js'); y = '/'", ["./a.js"]),
    ("x = a++ / 2; import('./a.js'); y = '/'", ["./a.js"]),
    ("x = 1 / 2; import('./a.js'); y = '/'", ["./a.js"]),
    ("x = {} / 2; import('./a.js'); y = '/'", ["./a.js"]),
    ("x = `a` / 2; import('./a.js'); y = '/'", ["./a.js"]),
    ("x = this.return / 2; import('./a.js'); y = '/'", ["./a.js"]),
    ("function f() {} /'/.test(y); import('./a.js')", ["./a.js"]),
    ("return_ = typeof /'/; import('./a.js')", ["./a.js"]),
    ("export default /'/; import './a.js'", ["./a.js"]),
    ("#!/usr/bin/env node 'x\nimport './a.js'", ["./a.js"]),
    ("'it\\'s'; \"a\\\nb\"; import './a.js'", ["./a.js"]),
]

NONE = [
    "'import \"./a.js\"'",
    "\"import('./a.js')\"",
    "`import './a.js'`",
    "`\\${import('./a.js')}`",
    "// import './a.js'",
    "/* import './a.js' */",
    "/import '.\\/a.js'/",
    "x = /[/]import('.')/",
    "import.meta.url",
    "x.import('./a.js')",
    "x?.import('./a.js')",
    "this.#import('./a.js')",
    "class A { #import(x) {} static import(x) {} async import() {} }",
    "x = { import(y) { return y }, export: 1, import: 2, 'from': './a.js' }",
    "export const from = './a.js'",
    "export default 'from'",
    "export { a as from };\n'./a.js'",
    "export { a }\nfrom.x('./a.js')",
    "importing('./a.js'); $import('./a.js'); import$('./a.js')",
    "x.from './a.js'".replace(" ", " = "),
]


@pytest.mark.parametrize(("source", "names"), IMPORTS, ids=[row[0] for row in IMPORTS])
def test_every_import_is_found(source: str, names: list[str]) -> None:
    found = module_imports.find(source)
    assert [specifier.name for specifier in found] == names
    for specifier in found:
        assert source[specifier.start + 1 : specifier.end - 1] == specifier.name


@pytest.mark.parametrize("source", NONE)
def test_what_only_looks_like_an_import_is_left_alone(source: str) -> None:
    assert module_imports.find(source) == []
    assert module_imports.renamed(source, lambda _: "x") == source


@pytest.mark.parametrize(
    "source",
    [
        "import(name)",
        "import(`./a.js`)",
        "import('./a' + '.js')",
        "x = { y: import(name) }",
        "import './\\u0061.js'",
        "import(",
        "'never ends",
        "`never ends ${",
        "`never ends ${x}",
        "f(()",
        "f)",
        "[}",
        "x = /never ends",
    ],
)
def test_what_cannot_be_followed_is_refused(source: str) -> None:
    with pytest.raises(NotUnderstood):
        module_imports.find(source)


def test_only_names_are_replaced() -> None:
    source = "import a from './a.js'; // './a.js'\nexport * from \"./b.js\"; import('./a.js');"
    assert module_imports.renamed(source, lambda name: f"page/{name[2:]}") == (
        'import a from "page/a.js"; // \'./a.js\'\nexport * from "page/b.js"; import("page/a.js");'
    )
    with pytest.raises(NotUnderstood, match="cannot name a module"):
        module_imports.renamed(source, lambda _: 'a"; alert()')


PIECES = st.sampled_from([row[0] for row in IMPORTS if not row[0].startswith("#!")] + NONE)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=8))
def test_pieces_one_after_another_are_found_alike(pieces: list[str]) -> None:
    expected = [s.name for piece in pieces for s in module_imports.find(piece)]
    found = module_imports.find("\n;\n".join(pieces))
    assert [specifier.name for specifier in found] == expected


def test_all_modules_of_the_page_lead_to_each_other() -> None:
    folder = demo.page_source()
    for path in sorted(folder.rglob("*.js")):
        for specifier in module_imports.find(path.read_text("utf-8")):
            assert (path.parent / Path(specifier.name)).is_file(), (path, specifier)
