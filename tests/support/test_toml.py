import pytest

from glmchat.support import toml


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a = 1\nb = \n", 2),
        ("a = 1\nb = [1,\n", 2),
        ("a = 1\n[b", 2),
        ("x = " + "9" * 5000, None),
        ("x = " + "[" * 5000, None),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(source: str, line: int | None) -> None:
    with pytest.raises(toml.NotToml) as told:
        toml.loads(source)
    assert told.value.line == line
    assert "(at" not in str(told.value)


def test_a_key_is_found_by_its_path_whatever_its_name_holds() -> None:
    source = '[presets."a.b"]\ntop_p = 1\n[presets.a]\n"b" = 2\n'
    assert toml.line_of(source, ("presets", "a.b")) == 1
    assert toml.line_of(source, ("presets", "a.b", "top_p")) == 2
    assert toml.line_of(source, ("presets", "a", "b")) == 4
    assert toml.line_of(source, ("presets", "c")) is None
