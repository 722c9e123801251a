"""What configures an LLM, what does not, and that its key is nowhere to be read."""

import pytest

from qa.settings import OPENAI_MODEL, OPENAI_URL, Settings, SettingsError
from tests.qa.llm_server import KEY

URL = {"QA_LLM_URL": "http://localhost:11434", "QA_LLM_MODEL": "m"}


def load(environ: dict[str, str]) -> Settings:
    return Settings.load(environ, dotenv=None)


def test_without_settings_there_is_no_llm() -> None:
    assert load({}).llm is None


def test_a_server_s_bare_address_means_its_openai_path() -> None:
    config = load(URL).llm
    assert config is not None
    assert (config.url, config.model, config.api_key) == ("http://localhost:11434/v1", "m", None)
    other = load(URL | {"QA_LLM_URL": "https://llm.example/api/v3/"}).llm
    assert other is not None
    assert other.url == "https://llm.example/api/v3"


def test_openai_s_key_alone_is_enough() -> None:
    config = load({"OPENAI_API_KEY": KEY}).llm
    assert config is not None
    assert config.api_key is not None
    assert (config.url, config.model, config.api_key.get_secret_value()) == (OPENAI_URL, OPENAI_MODEL, KEY)


def test_openai_s_key_follows_openai_s_address_and_our_model() -> None:
    environ = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://proxy.example/v1", "QA_LLM_MODEL": "other"}
    config = load(environ).llm
    assert config is not None
    assert (config.url, config.model) == ("http://proxy.example/v1", "other")


def test_openai_s_key_is_sent_to_no_other_server() -> None:
    config = load(URL | {"OPENAI_API_KEY": KEY}).llm
    assert config is not None
    assert config.api_key is None


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        ({"QA_LLM_URL": "http://localhost:1"}, "QA_LLM_URL is set without QA_LLM_MODEL"),
        ({"QA_LLM_MODEL": "m"}, "QA_LLM_MODEL is set without QA_LLM_URL"),
        ({"QA_LLM_URL": "localhost", "QA_LLM_MODEL": "m"}, "is no address"),
        ({"QA_LLM_URL": "http://[", "QA_LLM_MODEL": "m"}, "is no address"),
        ({"QA_LLM_CLASS": "a.B", "QA_LLM_OPTIONS": "[1]"}, "QA_LLM_OPTIONS is no JSON object"),
        ({"QA_LLM_CLASS": "a.B", "QA_LLM_OPTIONS": "{"}, "QA_LLM_OPTIONS is no JSON object"),
        (URL | {"QA_LLM_TIMEOUT": "0"}, "QA_LLM_TIMEOUT='0'"),
        (URL | {"QA_LLM_UNSUPPORTED": "show"}, "QA_LLM_UNSUPPORTED='show'"),
        ({"QA_LLM_KEY": KEY}, "did you mean QA_LLM_"),
    ],
)
def test_unusable_settings_are_told_in_one_line_without_a_key(environ: dict[str, str], problem: str) -> None:
    with pytest.raises(SettingsError) as error:
        load(environ | {"QA_LLM_API_KEY": KEY} if "QA_LLM_KEY" not in environ else environ)
    assert problem in str(error.value)
    assert KEY not in str(error.value)
    assert "\n" not in str(error.value)


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as error:
        load({"QA_LLM_URL": f"ftp://user:{KEY}@host/", "QA_LLM_MODEL": "m"})
    assert KEY not in str(error.value)


def test_no_representation_holds_the_key() -> None:
    settings = load(URL | {"QA_LLM_API_KEY": KEY})
    assert KEY not in repr(settings) + str(settings) + repr(settings.llm) + settings.model_dump_json()
