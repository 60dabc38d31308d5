import pytest

from rebasket.messages.languages import language_of, locales_in


@pytest.mark.parametrize(
    ("said", "locales"),
    [
        ("uk", ["uk"]),
        ("uk-UA", ["uk_UA"]),
        ("uk_UA.UTF-8", ["uk_UA"]),
        ("UK_ua@euro", ["uk_UA"]),
        ("zh-hans-cn", ["zh_Hans_CN"]),
        ("es-419", ["es_419"]),
        ("de-DE-u-co-phonebk", ["de_DE"]),
        ("uk-UA,uk;q=0.9, en;q=0.8,*;q=0.1", ["uk_UA", "uk", "en"]),
        ("", []),
        (None, []),
        ("C", []),
        ("C.UTF-8", []),
        ("english", []),
        ("<script>", []),
        ("uk UA", []),
        ("١٢", []),
        ("e" * 10_000, []),
    ],
)
def test_reads_tags_as_they_come(said: str | None, locales: list[str]) -> None:
    assert locales_in(said) == locales


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        (("uk-UA", "en"), "uk"),
        (("en-GB", "uk"), "en"),
        (("de-DE", "uk"), "uk"),
        ((None, "uk_UA"), "uk"),
        (("nonsense!", "uk"), "uk"),
        (("de,uk;q=0.5", "en"), "uk"),
        (("de", "fr"), "en"),
        ((None, None), "en"),
    ],
)
def test_first_wish_that_there_are_words_for(wishes: tuple[str | None, ...], language: str) -> None:
    assert language_of(*wishes) == language
