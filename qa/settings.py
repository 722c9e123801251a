"""`Settings`: all that can be set, read once from `QA_*` variables, `.env` and flags, then passed down."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from index.config import IndexConfig
from index.fingerprint import EMBEDDERS, is_embedder

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "QA_"
OPENAI_URL, OPENAI_MODEL = "https://api.openai.com/v1", "gpt-4.1-mini"  # where there is only OPENAI_API_KEY
OTEL_MODULES = ("openinference.instrumentation.llama_index", "opentelemetry.exporter.otlp.proto.http")


class SettingsError(Exception):
    """A setting is unknown or its value is unusable; the message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class LLMConfig:
    """The LLM to use: an OpenAI-compatible server at `url`, or the llama-index class at `class_path`."""

    url: str
    model: str | None
    api_key: SecretStr | None
    class_path: str | None
    options: tuple[tuple[str, Any], ...]  # further arguments of the class
    timeout_s: float
    context_tokens: int
    max_tokens: int
    otel_url: str | None  # where traces of its calls are sent


class Settings(BaseModel):
    """The project's settings. Each is `QA_` + its name in capitals in the environment or in `.env`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    articles_dir: Path = Field(ROOT / "corpus" / "articles", description="the folder of articles")
    index_dir: Path | None = Field(None, description="the index; by default one a folder, below index/store")
    embedder: str = Field("wordllama", description="wordllama[:DIM], fastembed:MODEL or openai:MODEL")
    embedder_url: str | None = Field(None, description="the OpenAI-compatible endpoint of openai:MODEL")
    embedder_api_key: str | None = Field(None, description="its key", repr=False)
    chroma_url: str | None = Field(
        None, pattern=r"^https?://[^\s/?#]+/?$", description="a Chroma server that holds the vectors"
    )
    ray: str | None = Field(None, description="the address of a Ray cluster that embeds articles")
    passage_chars: int = Field(1000, ge=100, le=20_000, description="length aimed at for a passage")
    max_file_mb: float = Field(
        20.0, gt=0, allow_inf_nan=False, description="a larger file (in .jsonl: a record) is refused"
    )
    watch: bool = Field(False, description="the chat page follows the articles folder")
    language: Literal["en", "fa"] = Field("en", description="the chat page's language: English or Persian")
    read_only: bool = Field(False, description="the chat page takes no articles and starts no update")
    refuse_below: float = Field(0.5, ge=0, le=1, description="confidence under which a question is refused")
    reader: bool = Field(True, description="whether a small network reads the best of what is found again")
    max_sentences: int = Field(4, ge=1, le=10, description="most sentences in an answer")
    auth_file: Path | None = Field(None, description="users of the chat page and their hashed passwords")
    questions_per_minute: int = Field(
        30, ge=0, description="most questions of one user a minute; 0: no limit"
    )
    questions_at_once: int = Field(4, ge=0, description="most questions of one user at a time; 0: no limit")
    log_questions: bool = Field(False, description="whether the page's log holds what is asked")
    llm_url: str | None = Field(
        None, description="an OpenAI-compatible server, such as http://localhost:11434/v1"
    )
    llm_model: str | None = Field(None, description="the model's name there")
    llm_api_key: SecretStr | None = Field(None, description="its key, if it wants one")
    llm_class: str | None = Field(None, description="instead of a server: a llama-index LLM class")
    llm_options: str | None = Field(None, description="further arguments of that class, as a JSON object")
    llm_timeout: float = Field(60.0, gt=0, le=3600, description="seconds that an answer may take the LLM")
    llm_context_tokens: int = Field(4096, ge=512, le=1_000_000, description="tokens of prompt and answer")
    llm_max_tokens: int = Field(400, ge=16, le=100_000, description="most tokens of an answer")
    llm_unsupported: Literal["drop", "strike"] = Field(
        "drop", description="what to do with a sentence that the articles do not carry"
    )
    llm_cache: int = Field(256, ge=0, le=100_000, description="answers of the LLM kept in memory")
    otel_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        description="an OTLP/HTTP receiver of traces of the LLM's calls",
    )

    @classmethod
    def load(cls, environ: Mapping[str, str], *, dotenv: Path | None = ROOT / ".env", **flags: Any) -> Self:
        """Read settings: flags that are not None win over `environ`, which wins over `dotenv`.

        Raises SettingsError, in one line, on an unknown `QA_*` name or an unusable value.
        """
        given = {**_file_values(dotenv), **environ}
        ours: dict[str, Any] = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in given.items()
            if name.startswith(PREFIX)
        }
        _refuse_unknown(ours, tuple(cls.model_fields))
        values = {name: value for name, value in ours.items() if value}  # an empty one is as if unset
        values = _with_openai(values, given)
        values |= {name: value for name, value in flags.items() if value is not None}
        for name in ("articles_dir", "index_dir"):
            if values.get(name) == "":  # as a path it would be the current folder
                raise SettingsError(
                    f"an empty path is given for {name}: name a folder, or leave the flag out"
                )
        try:
            settings = cls(**values)
        except ValidationError as error:
            first = error.errors()[0]
            name = PREFIX + str(first["loc"][0]).upper()
            raise SettingsError(f"{name}={_shown(first['input'])!r} cannot be used: {first['msg']}") from None
        _check_embedder(settings)
        _check_llm(settings)
        _check_otel(settings)
        return settings

    @property
    def llm(self) -> LLMConfig | None:
        """The LLM that is configured, if one is."""
        if self.llm_url is None and self.llm_class is None:
            return None
        url = (self.llm_url or "").rstrip("/")
        if url and not urlsplit(url).path:
            url += "/v1"
        return LLMConfig(
            url=url,
            model=self.llm_model,
            api_key=self.llm_api_key,
            class_path=self.llm_class,
            options=tuple(json.loads(self.llm_options or "{}").items()),
            timeout_s=self.llm_timeout,
            context_tokens=self.llm_context_tokens,
            max_tokens=min(self.llm_max_tokens, self.llm_context_tokens // 2),
            otel_url=self.otel_url,
        )

    @property
    def index_config(self) -> IndexConfig:
        """The part of the settings that an index is built with."""
        return IndexConfig(
            embedder=self.embedder,
            embedder_url=self.embedder_url,
            embedder_api_key=self.embedder_api_key,
            passage_chars=self.passage_chars,
            max_file_mb=self.max_file_mb,
            ray_address=self.ray,
            chroma_url=self.chroma_url.rstrip("/") if self.chroma_url else None,
        )

    @property
    def store(self) -> Path:
        """The index folder: the one given, else the articles folder's own below `index/store`."""
        from index.generations import default_store

        if self.index_dir is not None:
            return self.index_dir
        return default_store(self.articles_dir, ROOT / "index" / "store")

    @property
    def index_command(self) -> str:
        """The command that makes the index; it names folder and index where they are not the defaults."""
        command = "python -m qa index"
        if self.articles_dir != type(self).model_fields["articles_dir"].default:
            command += f" {self.articles_dir}"
        return command if self.index_dir is None else f"{command} --index {self.index_dir}"


def _file_values(dotenv: Path | None) -> dict[str, str | None]:
    if dotenv is None or not dotenv.is_file():
        return {}
    from dotenv import dotenv_values

    return dotenv_values(dotenv)


def _refuse_unknown(values: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in values:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"; did you mean {PREFIX}{close[0].upper()}?" if close else "; the README lists them"
            raise SettingsError(f"unknown setting {PREFIX}{name.upper()}{hint}")


def _with_openai(values: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Let OPENAI_API_KEY alone configure an LLM; it is sent to OpenAI, or where OPENAI_BASE_URL says."""
    key = given.get("OPENAI_API_KEY")
    if not key or values.get("llm_url") or values.get("llm_class"):
        return values
    defaults = {
        "llm_url": given.get("OPENAI_BASE_URL") or OPENAI_URL,
        "llm_model": OPENAI_MODEL,
        "llm_api_key": key,
    }
    return defaults | values


def _check_embedder(settings: Settings) -> None:
    """Raise SettingsError where no embedder has that name."""
    if not is_embedder(settings.embedder):
        raise SettingsError(f"QA_EMBEDDER={settings.embedder!r} is unknown: use {EMBEDDERS}")


def _check_llm(settings: Settings) -> None:
    """Raise SettingsError where what is said of the LLM does not make one."""
    if settings.llm_class is not None:
        try:
            options = json.loads(settings.llm_options or "{}")
        except ValueError:
            options = None
        if not isinstance(options, dict):
            raise SettingsError(
                'QA_LLM_OPTIONS is no JSON object, such as {"base_url": "http://localhost:11434"}'
            )
        return
    if settings.llm_url is None:
        if settings.llm_model is not None:
            raise SettingsError("QA_LLM_MODEL is set without QA_LLM_URL: where is the model? Set both")
        return
    if settings.llm_model is None:
        raise SettingsError("QA_LLM_URL is set without QA_LLM_MODEL: which model? Set both")
    try:
        parts = urlsplit(settings.llm_url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        shown = _shown(settings.llm_url)
        raise SettingsError(f"QA_LLM_URL={shown!r} is no address, such as http://localhost:11434/v1")


def _check_otel(settings: Settings) -> None:
    """Raise SettingsError where traces are wanted that cannot be made."""
    if settings.otel_url is not None and not all(_is_installed(module) for module in OTEL_MODULES):
        raise SettingsError(
            "QA_OTEL_URL is set, but what it needs is not installed; "
            "run: python -m pip install --require-hashes -r requirements-otel.txt"
        )


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of a package around it
        return False


def _shown(value: Any) -> Any:
    """Return a value as an error may show it: without what stands before the @ of an address."""
    return re.sub(r"//[^/@\s]*@", "//…@", value) if isinstance(value, str) else value
