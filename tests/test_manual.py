"""The manual: every page is there in both languages, and says what the tables say."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from glmchat import manual
from glmchat.core import parameters
from glmchat.demo.terms import language_of

PAGES = [(topic.name, language) for language in manual.LANGUAGES for topic in manual.topics(language)]


@pytest.mark.parametrize(("name", "language"), PAGES)
def test_a_page_has_a_title_text_and_no_comments(name: str, language: str) -> None:
    page = manual.page(name, language)
    title, _, rest = page.partition("\n")
    assert title.startswith("# ")
    assert len(title) > 2
    assert len(rest.strip()) > 80
    assert "<!--" not in page
    assert language_of(rest) == language


@pytest.mark.parametrize("language", manual.LANGUAGES)
def test_topics_and_files_are_the_same(language: str) -> None:
    names = [topic.name for topic in manual.topics(language)]
    folder = files("glmchat.manual").joinpath(language)
    assert sorted(names) == sorted(file.name.removesuffix(".md") for file in folder.iterdir())
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("row", parameters.TABLE, ids=lambda row: row.name)
def test_an_english_parameter_page_agrees_with_the_table(row: parameters.Parameter) -> None:
    page = manual.page(row.name)
    assert f"akes {row.allowed()}" in page
    wanted = "no default" if row.default is None else f"the default is {row.format(row.default)}"
    assert wanted in page


@pytest.mark.parametrize("row", parameters.TABLE, ids=lambda row: row.name)
def test_a_chinese_parameter_page_agrees_with_the_table(row: parameters.Parameter) -> None:
    page = manual.page(row.name, "zh")
    if row.numeric and row.minimum is not None:
        wanted = (
            f"{row.minimum:g} 到 {row.maximum:g}" if row.maximum is not None else f"{row.minimum:g} 或更大"
        )
        assert wanted in page
    for choice in row.choices:
        assert choice in page or row.name == "response_format"
    default = {"on": "开", "off": "关"}.get(row.format(row.default), row.format(row.default))
    assert ("没有默认值" if row.default is None else f"默认值是 {default}") in page.replace(
        "默认值是开", "默认值是 开"
    )


def test_parameters_that_work_together_name_each_other() -> None:
    for one, other in (("temperature", "top_p"), ("top_logprobs", "logprobs"), ("tool_choice", "tools")):
        for language in manual.LANGUAGES:
            assert other in manual.page(one, language)


def test_a_language_without_the_page_falls_back_to_english() -> None:
    assert manual.page("keys", "fr") == manual.page("keys", "en")
    assert manual.topics("fr") == manual.topics("en")


@pytest.mark.parametrize(
    ("given", "name"),
    [("top-p", "top_p"), ("TOP P", "top_p"), ("temprature", "temperature"), ("cli", "command-line"),
     ("api key", "key"), ("ollama", "providers"), ("sampling", "parameters"), ("sliders", "parameters"),
     ("files", "commands"), ("aside", "commands"), ("lessons", "welcome"), ("learn", "welcome"), ("vim", "keys"),
     ("mouse", "keys"), ("costs", "models"), ("budget", "models"), ("study", "compare"), ("proxy", "errors"),
     ("backup", "export"), ("incognito", "sessions"), ("fork", "branches")],
)  # fmt: skip
def test_the_nearest_page_is_found(given: str, name: str) -> None:
    assert manual.nearest(given) == name


def test_a_name_near_nothing_has_no_nearest_page() -> None:
    assert manual.nearest("xyzzyquux") is None
    with pytest.raises(KeyError):
        manual.page("xyzzyquux")


def test_titles_are_told_in_the_language() -> None:
    titles = {topic.name: topic for topic in manual.topics("zh")}
    assert titles["keys"].title == "按键与输入"
    assert titles["keys"].group == "入门"


@pytest.mark.parametrize(("name", "language"), PAGES)
def test_chinese_and_english_pages_have_the_same_parts(name: str, language: str) -> None:
    def headings(page: str) -> int:
        return len(re.findall(r"^## ", page, re.MULTILINE))

    assert headings(manual.page(name, language)) == headings(manual.page(name, "en"))
