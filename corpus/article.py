"""`Article`: one news article, as everything else in the project sees it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `text` is the string that every offset in the project counts in (code points)."""

    id: str
    text: str
    title: str
    published: date | None
    source: str | None
    url: str | None
    authors: tuple[str, ...]
    language: str

    @property
    def digest(self) -> str:
        """SHA-256, in hex, over every field: two articles are the same article if and only if it is equal."""
        published = self.published.isoformat() if self.published else None
        fields = [
            self.id,
            self.text,
            self.title,
            published,
            self.source,
            self.url,
            self.authors,
            self.language,
        ]
        return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode("utf-8")).hexdigest()
