"""The shape of the house: imports run one way, each library has one home, files stay small and say what they do."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {
    "corpus": 0,
    "index": 1,
    "qa": 2,
    "ui": 3,
    "benchmarks": 4,
    "training": 5,
}  # a room imports from those before it
HOMES = {
    "aiohttp": ["benchmarks/person.py"],
    "anyio": ["qa/web/"],
    "bcrypt": ["qa/web/auth.py"],
    "charset_normalizer": ["corpus/encoding.py"],
    "chromadb": ["index/vectors.py", "benchmarks/baselines.py", "benchmarks/scale_baseline.py"],
    "dateparser": ["corpus/dates.py"],
    "dotenv": ["qa/settings.py"],
    "fastapi": ["qa/web/", "ui.py"],
    "fastembed": ["index/embedding.py"],
    "filelock": ["index/generations.py"],
    "frontmatter": ["corpus/formats/text.py"],
    "gradio": ["ui.py", "qa/web/"],
    "httpx": ["index/vectors.py", "qa/llm_client.py"],
    "llama_index": [
        "qa/llamaindex.py",
        "qa/llm_client.py",
        "benchmarks/baselines.py",
        "benchmarks/scale_baseline.py",
    ],
    "matplotlib": ["benchmarks/plots.py", "benchmarks/scale_plot.py"],
    "mcp": ["qa/web/mcp_api.py"],
    "numpy": ["index/", "qa/", "benchmarks/", "training/"],
    "onnx": ["training/graph.py", "training/export.py", "training/unpack.py"],
    "onnxruntime": ["qa/reader.py"],
    "openai": ["index/embedding.py", "qa/llm_client.py"],
    "openinference": ["qa/tracing.py"],
    "opentelemetry": ["qa/tracing.py"],
    "overrides": ["index/vectors.py"],
    "prometheus_client": ["qa/web/"],
    "pydantic": ["qa/settings.py", "qa/web/kept.py", "qa/web/chat_forms.py", "benchmarks/baselines.py"],
    "pydantic_settings": ["qa/settings.py"],
    "rapidfuzz": ["index/lexical.py", "index/names.py"],
    "ray": ["index/parallel.py"],
    "rensa": ["index/stories.py"],
    "requests": ["qa/tracing.py"],
    "rich": ["qa/progress.py", "training/progress.py"],
    "safetensors": ["index/embedding.py", "training/model.py"],
    "sentencex": ["index/passages.py"],
    "starlette": ["qa/web/"],
    "tantivy": ["index/lexical.py", "index/analysis.py"],
    "tenacity": ["qa/llm_client.py"],
    "tokenizers": ["index/embedding.py", "index/wordpieces.py", "qa/reader.py", "training/tiny.py"],
    "torch": ["training/"],
    "trafilatura": ["corpus/formats/html.py"],
    "typer": ["qa/cli.py"],
    "uvicorn": ["ui.py"],
    "watchfiles": ["index/watch.py"],
    "yaml": ["corpus/formats/text.py"],
}
HEAVY = {
    "chromadb",
    "dateparser",
    "gradio",
    "matplotlib",
    "onnxruntime",
    "openai",
    "openinference",
    "opentelemetry",
    "requests",
    "tantivy",
    "trafilatura",
}
PAGE = (
    "qa/web/layout.py",
    "qa/web/desk.py",
    "qa/web/events.py",
    "qa/web/article_events.py",
    "qa/web/gradio_api.py",
    "qa/web/queueing.py",
    "qa/web/tabs.py",
)  # imported by `ui.page` alone, when the page is made
MOST_LINES = 400
MACHINE_PATHS = [b"/" + name + b"/" for name in (b"work", b"root")]  # in pieces, so as not to find themselves


def sources(*, with_tests: bool = False) -> list[str]:
    """Return the Python files of the rooms, as paths below the root."""
    rooms = [*ROOMS, *(["tests"] if with_tests else [])]
    found = [path for room in rooms for path in [ROOT / f"{room}.py", *sorted((ROOT / room).rglob("*.py"))]]
    return [path.relative_to(ROOT).as_posix() for path in found if path.is_file()]


@cache
def tree(source: str) -> ast.Module:
    return ast.parse((ROOT / source).read_text("utf-8"))


def imports(source: str) -> Iterator[str]:
    """Yield the modules that a file imports, anywhere in it."""
    for node in ast.walk(tree(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source}: relative import"
            yield node.module or ""


def room_of(source: str) -> str:
    return source.split("/")[0].removesuffix(".py")


def test_there_are_sources_to_look_at() -> None:
    assert {room_of(source) for source in sources()} == set(ROOMS)


def test_imports_run_one_way() -> None:
    upwards = [
        (source, module)
        for source in sources()
        for module in imports(source)
        if ROOMS.get(module.split(".")[0], 0) > ROOMS[room_of(source)]
    ]
    assert upwards == []


def test_no_room_imports_its_tests() -> None:
    assert not [s for s in sources() if any(module.split(".")[0] == "tests" for module in imports(s))]


@pytest.mark.parametrize("library", HOMES)
def test_each_library_stays_at_home(library: str) -> None:
    users = [s for s in sources() if any(module.split(".")[0] == library for module in imports(s))]
    assert [user for user in users if not user.startswith(tuple(HOMES[library]))] == []


def test_every_library_has_a_home() -> None:
    known = {*sys.stdlib_module_names, *ROOMS, *HOMES}
    assert {module.split(".")[0] for source in sources() for module in imports(source)} <= known


def test_heavy_libraries_are_imported_when_first_needed() -> None:
    at_the_top = [
        (source, node.module if isinstance(node, ast.ImportFrom) else node.names[0].name)
        for source in sources()
        for node in tree(source).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    heavy = [(source, module) for source, module in at_the_top if (module or "").split(".")[0] in HEAVY]
    assert [
        (source, module) for source, module in heavy if (module, source in PAGE) != ("gradio", True)
    ] == []


def test_the_page_s_modules_are_imported_when_it_is_made() -> None:
    names = {path.removesuffix(".py").replace("/", ".") for path in PAGE}
    at_the_top = [
        (source, node.module)
        for source in sources()
        for node in tree(source).body
        if isinstance(node, ast.ImportFrom) and node.module in names
    ]
    assert {source for source, _ in at_the_top} <= set(PAGE)


def test_no_file_is_long() -> None:
    lengths = {source: (ROOT / source).read_text("utf-8").count("\n") for source in sources(with_tests=True)}
    assert {source: length for source, length in lengths.items() if length > MOST_LINES} == {}


def test_each_file_says_what_it_is() -> None:
    assert [source for source in sources(with_tests=True) if not ast.get_docstring(tree(source))] == []


def public(body: list[ast.stmt]) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the public definitions of a module or class, and those inside public classes."""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_":
            yield node
            yield from public(node.body) if isinstance(node, ast.ClassDef) else ()


def test_whatever_is_public_says_what_it_does() -> None:
    silent = [
        f"{source}: {node.name}"
        for source in sources()
        for node in public(tree(source).body)
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_only_the_command_line_prints() -> None:
    printing = [
        source
        for source in sources()
        if not source.startswith(("qa/cli.py", "benchmarks/", "training/__main__.py"))
        and any(isinstance(n, ast.Name) and n.id == "print" for n in ast.walk(tree(source)))
    ]
    assert printing == []


def test_no_file_names_a_place_on_a_developer_s_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout: which files belong to it is not known")
    files = [ROOT / name for name in listed.stdout.split("\0") if (ROOT / name).is_file()]
    assert [f for f in files if any(place in f.read_bytes() for place in MACHINE_PATHS)] == []


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))  # without packages, pytest takes equal names for one module
