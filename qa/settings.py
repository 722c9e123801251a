"""`Settings`: all that can be set, read once from `QA_*` variables, `.env` and flags, then passed down."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.config import IndexConfig

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "QA_"


class SettingsError(Exception):
    """A setting is unknown or its value is unusable; the message names it and the remedy."""


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
    passage_chars: int = Field(1000, ge=100, le=20_000, description="length aimed at for a passage")
    max_file_mb: float = Field(20.0, gt=0, description="a larger file (in .jsonl: a record) is refused")
    watch: bool = Field(False, description="the chat page follows the articles folder")
    refuse_below: float = Field(0.5, ge=0, le=1, description="confidence under which a question is refused")
    max_sentences: int = Field(4, ge=1, le=10, description="most sentences in an answer")
    auth_file: Path | None = Field(None, description="users of the chat page and their hashed passwords")
    questions_per_minute: int = Field(
        30, ge=0, description="most questions of one user a minute; 0: no limit"
    )
    questions_at_once: int = Field(4, ge=0, description="most questions of one user at a time; 0: no limit")
    log_questions: bool = Field(False, description="whether the page's log holds what is asked")

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
        values |= {name: value for name, value in flags.items() if value is not None}
        try:
            return cls(**values)
        except ValidationError as error:
            first = error.errors()[0]
            name = PREFIX + str(first["loc"][0]).upper()
            raise SettingsError(f"{name}={first['input']!r} cannot be used: {first['msg']}") from None

    @property
    def index_config(self) -> IndexConfig:
        """The part of the settings that an index is built with."""
        return IndexConfig(
            embedder=self.embedder,
            embedder_url=self.embedder_url,
            embedder_api_key=self.embedder_api_key,
            passage_chars=self.passage_chars,
            max_file_mb=self.max_file_mb,
            chroma_url=self.chroma_url.rstrip("/") if self.chroma_url else None,
        )

    @property
    def store(self) -> Path:
        """The index folder: the one given, else the articles folder's own below `index/store`."""
        from index.generations import default_store

        if self.index_dir is not None:
            return self.index_dir
        return default_store(self.articles_dir, ROOT / "index" / "store")


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
