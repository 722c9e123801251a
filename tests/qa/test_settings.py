"""Settings: flags beat the environment, which beats `.env`; what is unknown or unusable is refused in a line."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from qa.settings import ROOT, Settings, SettingsError


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    path = tmp_path / ".env"
    path.write_text('QA_MAX_SENTENCES=2\nQA_PASSAGE_CHARS=700\nOTHER="x"\n', "utf-8")
    return path


def test_flags_beat_the_environment_which_beats_the_file(dotenv: Path) -> None:
    loaded = Settings.load({"QA_PASSAGE_CHARS": "800"}, dotenv=dotenv, max_sentences=3)
    assert (loaded.max_sentences, loaded.passage_chars) == (3, 800)
    assert Settings.load({}, dotenv=dotenv, max_sentences=None).max_sentences == 2


def test_the_defaults_are_the_sample_articles_and_a_local_embedder() -> None:
    loaded = Settings.load({}, dotenv=None)
    assert loaded.articles_dir == ROOT / "corpus" / "articles"
    assert loaded.embedder == "wordllama"
    assert loaded.index_dir is None


@pytest.mark.parametrize("value", ["x", ""])
def test_an_unknown_name_is_refused_with_a_suggestion(value: str) -> None:
    with pytest.raises(SettingsError, match="unknown setting QA_ARTICLE_DIR; did you mean QA_ARTICLES_DIR"):
        Settings.load({"QA_ARTICLE_DIR": value}, dotenv=None)


def test_an_unknown_name_like_no_other_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("QA_XYZZY=1\n", "utf-8")
    with pytest.raises(SettingsError, match="unknown setting QA_XYZZY; the README lists them"):
        Settings.load({}, dotenv=tmp_path / ".env")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QA_MAX_SENTENCES", "0"),
        ("QA_MAX_SENTENCES", "many"),
        ("QA_PASSAGE_CHARS", "99"),
        ("QA_MAX_FILE_MB", "-1"),
        ("QA_MAX_FILE_MB", "inf"),
        ("QA_MAX_FILE_MB", "nan"),
        ("QA_EMBEDDER", "bogus"),
        ("QA_EMBEDDER", "wordllama:100"),
        ("QA_EMBEDDER", "openai:"),
        ("QA_REFUSE_BELOW", "1.5"),
    ],
)
def test_an_unusable_value_is_refused_in_one_line_that_names_it(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as refused:
        Settings.load({name: value}, dotenv=None)
    assert value in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["wordllama:64", "wordllama:256", "fastembed:some/model", "openai:m:v1"])
def test_every_embedder_there_is_may_be_set(name: str) -> None:
    assert Settings.load({"QA_EMBEDDER": name}, dotenv=None).index_config.embedder == name


def test_an_empty_value_is_as_if_unset() -> None:
    assert Settings.load({"QA_INDEX_DIR": ""}, dotenv=None).index_dir is None


def test_other_variables_are_no_concern() -> None:
    assert Settings.load({"PATH": "/bin", "qa_index_dir": "x"}, dotenv=None).index_dir is None


def test_a_missing_file_is_no_error(tmp_path: Path) -> None:
    assert Settings.load({}, dotenv=tmp_path / "none").max_sentences == 4


def test_secrets_are_not_shown() -> None:
    loaded = Settings.load({"QA_EMBEDDER_API_KEY": "hush-hush"}, dotenv=None)
    assert "hush" not in repr(loaded) + str(loaded)
    assert loaded.index_config.embedder_api_key == "hush-hush"


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings.load({}, dotenv=None).max_sentences = 1


def test_each_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_the_command_that_makes_an_index_names_what_is_not_the_default() -> None:
    commands = [
        Settings.load({}, dotenv=None, articles_dir=articles, index_dir=index).index_command
        for articles, index in ((None, None), ("news", None), ("news", "made"))
    ]
    assert commands == [f"python -m qa index{flags}" for flags in ("", " news", " news --index made")]


def test_each_folder_has_an_index_of_its_own(tmp_path: Path) -> None:
    one, other = (Settings.load({}, dotenv=None, articles_dir=tmp_path / name) for name in ("a/x", "b/x"))
    assert one.store != other.store
    assert one.store.parent == ROOT / "index" / "store"
    assert Settings.load({}, dotenv=None, index_dir=tmp_path).store == tmp_path
