"""Programs of each language that print what their literals mean.

`printed(language, expressions)` gives the bytes that each expression stands for: a string as it is, a native
literal as the JSON that the language makes of it.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

END = b"\x1e"  # a control character, which no JSON text holds as it is
CARGO_SOURCES = Path("/usr/share/cargo/registry")  # where Debian's librust-*-dev packages put crates


def need(*tools: str) -> None:
    """Skip the test where one of these programs is not on this machine."""
    for tool in tools:
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")


def run(
    *command: str | Path, cwd: Path, env: Mapping[str, str] | None = None, check: bool = True
) -> subprocess.CompletedProcess[bytes]:
    """Run a program without a proxy; its words are in the assertion where it fails."""
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env={**clean, **(env or {})}, capture_output=True,
        timeout=600, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    if check:
        assert done.returncode == 0, (done.stderr + done.stdout).decode(errors="replace")[-4000:]
    return done


@dataclass(frozen=True)
class Toolchain:
    """A file to write, the commands that build and run it, and the program: `show` once per expression."""

    file: str
    commands: tuple[str, ...]
    show: str
    head: str = ""
    tail: str = ""
    env: Mapping[str, str] = field(default_factory=dict)

    def program(self, expressions: Sequence[str]) -> str:
        """The text of the file."""
        return self.head + "".join(self.show.replace("EXPRESSION", text) for text in expressions) + self.tail


_SHELL_HEAD = r"""
curl() {
  for last; do :; done
  if [ "$last" = "@-" ]; then cat; else printf '%s' "$last"; fi
  printf '\036'
}
"""
_NODE_HEAD = r"""
function show(value) {
  process.stdout.write((typeof value === "string" ? value : JSON.stringify(value)) + "\x1e");
}
"""
_JAVA_HEAD = """
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
class A {
    static void show(Supplier<String> text) {
        System.out.writeBytes((text.get() + (char) 30).getBytes(StandardCharsets.UTF_8));
    }
    public static void main(String[] args) {
"""
_CSHARP_HEAD = """
using System;
class A {
    static System.IO.Stream output = Console.OpenStandardOutput();
    static void Show(string text) {
        var bytes = new System.Text.UTF8Encoding(false).GetBytes(text + (char)30);
        output.Write(bytes, 0, bytes.Length);
    }
    static void Main() {
"""
_C_SHOW = "{ static const char t[] = EXPRESSION; fwrite(t, 1, sizeof t - 1, stdout); putchar(30); }\n"
_GO_HEAD = 'package main\n\nimport "fmt"\n\nfunc main() {\n'
_RUST_SHOW = 'print!("{}\\x1e", EXPRESSION);\n'

TOOLCHAINS = {
    "sh": Toolchain("a.sh", ("sh a.sh",), "curl \\\nEXPRESSION\n", _SHELL_HEAD),
    "bash": Toolchain("a.sh", ("bash a.sh",), "curl \\\nEXPRESSION\n", _SHELL_HEAD),
    "zsh": Toolchain("a.sh", ("zsh a.sh",), "curl \\\nEXPRESSION\n", _SHELL_HEAD),
    "node": Toolchain("a.js", ("node a.js",), "show(EXPRESSION);\n", _NODE_HEAD),
    "ruby": Toolchain(
        "a.rb", ("ruby a.rb",), 'print(EXPRESSION, "\\x1e")\n', 'require "json"\n', env={"LC_ALL": "C.UTF-8"}
    ),
    "php": Toolchain("a.php", ("php a.php",), 'echo EXPRESSION, "\\x1e";\n', "<?php\n"),
    "c": Toolchain(
        "a.c", ("gcc -std=c11 -Wall -Werror a.c -o a", "./a"), _C_SHOW,
        "#include <stdio.h>\nint main(void) {\n", "return 0; }\n",
    ),
    "go": Toolchain("a.go", ("go run a.go",), '\tfmt.Print(EXPRESSION, "\\x1e")\n', _GO_HEAD, "}\n"),
    "java": Toolchain(
        "A.java", ("java -Dfile.encoding=UTF-8 A.java",), "show(() -> EXPRESSION);\n", _JAVA_HEAD, "}}\n"
    ),
    "csharp": Toolchain("A.cs", ("mcs A.cs", "mono A.exe"), "Show(EXPRESSION);\n", _CSHARP_HEAD, "}}\n"),
    "rust": Toolchain("a.rs", ("rustc --crate-name a a.rs", "./a"), _RUST_SHOW, "fn main() {\n", "}\n"),
    "rust-json": Toolchain(
        "src/main.rs", ("cargo run --quiet --offline",), _RUST_SHOW, "fn main() {\n", "}\n"
    ),
}  # fmt: skip


def cargo_project(folder: Path, dependencies: str) -> None:
    """Lay out a crate that is built from what the machine has; skips where that is not enough."""
    need("cargo")
    (folder / "src").mkdir(exist_ok=True)
    (folder / "src" / "main.rs").write_text("fn main() {}\n")
    (folder / "Cargo.toml").write_text(
        f'[package]\nname = "snippet"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n{dependencies}'
    )
    if CARGO_SOURCES.is_dir():
        (folder / ".cargo").mkdir(exist_ok=True)
        (folder / ".cargo" / "config.toml").write_text(
            f'[source.crates-io]\nreplace-with = "machine"\n[source.machine]\ndirectory = "{CARGO_SOURCES}"\n'
        )
    if run("cargo", "generate-lockfile", "--offline", cwd=folder, check=False).returncode:
        pytest.skip("cargo has not got these crates offline: " + dependencies.replace("\n", " "))


def printed(language: str, expressions: Sequence[str], folder: Path) -> list[bytes]:
    """What each expression stands for, from one run of the language itself."""
    chain = TOOLCHAINS[language]
    need(*(command.split()[0] for command in chain.commands if not command.startswith(".")))
    if language == "rust-json":
        cargo_project(folder, 'serde_json = "1"\n')
    (folder / chain.file).write_text(chain.program(expressions), encoding="utf-8")
    for command in chain.commands:
        done = run(*command.split(), cwd=folder, env=chain.env)
    pieces = done.stdout.split(END)
    assert pieces.pop() == b""
    assert len(pieces) == len(expressions)
    return pieces


@functools.cache
def python_has(module: str) -> bool:
    """Whether this interpreter can import a module, without importing it."""
    from importlib.util import find_spec

    return find_spec(module) is not None
