"""How a snippet of each form is built and run here, as a person would who pasted it into a file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

from tests.snippets.toolchains import cargo_project, need, python_has, run

Runner = Callable[[Path, str, Mapping[str, str]], subprocess.CompletedProcess[bytes]]

STUBS = Path(__file__).with_name("stubs")
JARS = (Path("/usr/share/java"), "okhttp.jar", "okio.jar", "com.android.json.jar")  # where Debian keeps them
GUZZLE = Path("/usr/share/php/GuzzleHttp/autoload.php")
CRATES = 'reqwest = "*"\nserde_json = "1"\ntokio = { version = "1", features = ["full"] }\n'


def _script(
    file: str, command: str, folder: Path, code: str, env: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    need(command)
    (folder / file).write_text(code, encoding="utf-8")
    return run(command, file, cwd=folder, env=env, check=False)


def _python(
    module: str, folder: Path, code: str, env: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    if not python_has(module):
        pytest.skip(f"the Python package {module} is not installed")
    (folder / "chat.py").write_text(code, encoding="utf-8")
    return run(sys.executable, "chat.py", cwd=folder, env={**env, "PYTHONIOENCODING": "utf-8"}, check=False)


def _axios(folder: Path, code: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    need("node")
    if run("node", "-e", "require.resolve('axios')", cwd=folder, check=False).returncode:
        pytest.skip("axios is not installed where node finds it (set NODE_PATH)")
    return _script("chat.js", "node", folder, code, env)


def _guzzle(folder: Path, code: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    if not GUZZLE.is_file():
        pytest.skip("Guzzle is not installed")
    (folder / "vendor").mkdir()
    (folder / "vendor" / "autoload.php").write_text(f"<?php require '{GUZZLE}';")
    return _script("chat.php", "php", folder, code, env)


def _php_curl(folder: Path, code: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    need("php")
    if run("php", "-r", "curl_init();", cwd=folder, check=False).returncode:
        pytest.skip("PHP has no curl extension")
    return _script("chat.php", "php", folder, code, env)


def _go(folder: Path, code: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    need("go")
    (folder / "chat.go").write_text(code, encoding="utf-8")
    run("go", "vet", "chat.go", cwd=folder)
    return run("go", "run", "chat.go", cwd=folder, env=env, check=False)


def _c(folder: Path, code: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    need("gcc")
    (folder / "chat.c").write_text(code, encoding="utf-8")
    headers = ["curl/curl.h"] + ["cjson/cJSON.h"] * ("cjson" in code)
    for header in headers:
        (folder / "probe.c").write_text(f"#include <{header}>\n")
        if run("gcc", "-fsyntax-only", "probe.c", cwd=folder, check=False).returncode:
            pytest.skip(f"the header {header} is not installed")
    libraries = ["-lcurl"] + ["-lcjson"] * ("cjson" in code)
    run("gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "chat.c", *libraries, "-o", "chat", cwd=folder)
    return run("./chat", cwd=folder, env=env, check=False)


def _java(folder: Path, code: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    need("javac", "java")
    where, *names = JARS
    jars = [str(Path(where) / name) for name in names]
    if not all(Path(jar).is_file() for jar in jars):
        pytest.skip("OkHttp and org.json are not installed")
    (folder / "Chat.java").write_text(code, encoding="utf-8")
    path = os.pathsep.join([*jars, "."])
    utf8 = ("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8")
    run("javac", "-encoding", "UTF-8", "-cp", path, "Chat.java", cwd=folder)
    return run("java", *utf8, "-cp", path, "Chat", cwd=folder, env=env, check=False)


def _rust(folder: Path, code: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    cargo_project(folder, CRATES)
    (folder / "src" / "main.rs").write_text(code, encoding="utf-8")
    run("cargo", "build", "--quiet", "--offline", cwd=folder, env={"RUSTFLAGS": "-D warnings"})
    return run(
        "cargo",
        "run",
        "--quiet",
        "--offline",
        cwd=folder,
        env={**env, "RUSTFLAGS": "-D warnings"},
        check=False,
    )


def csharp(folder: Path, code: str, *stubs: str) -> None:
    """Compile C# with Mono; `stubs` stand for assemblies that it has not got."""
    need("mcs", "mono")
    (folder / "chat.cs").write_text(code, encoding="utf-8")
    sources = [STUBS / f"{name}.cs" for name in ("Entry", *stubs)]
    flags = ("-warnaserror", "-nowarn:28", "-r:System.Net.Http.dll", "-main:Entry", "-out:chat.exe")
    run("mcs", *flags, "chat.cs", *sources, cwd=folder)


def _mono(folder: Path, code: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[bytes]:
    csharp(folder, code)
    return run("mono", "chat.exe", cwd=folder, env={**env, "LC_ALL": "C.UTF-8"}, check=False)


RUNNERS: dict[str, Runner] = {
    "curl": partial(_script, "chat.sh", "sh"),
    "ruby": partial(_script, "chat.rb", "ruby"),
    "rust": _rust,
    "c": _c,
    "go": _go,
    "csharp-httpclient": _mono,
    "javascript-axios": _axios,
    "java-okhttp": _java,
    "php-guzzle": _guzzle,
    "php-curl": _php_curl,
    "python-requests": partial(_python, "requests"),
    "python-openai": partial(_python, "openai"),
    "python-httpx": partial(_python, "httpx"),
}
