"""A llama-index LLM that always says the same line, as others' classes are named by QA_LLM_CLASS."""

from typing import Any

from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen, LLMMetadata
from llama_index.core.llms import CustomLLM


class Parrot(CustomLLM):
    """Says its line, a word at a time."""

    line: str = ""

    @property
    def metadata(self) -> LLMMetadata:
        """Nothing special."""
        return LLMMetadata()

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """Say the line."""
        return CompletionResponse(text=self.line)

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        """Say the line, a word at a time."""
        words = self.line.split(" ")
        for end in range(1, len(words) + 1):
            yield CompletionResponse(text=" ".join(words[:end]), delta=words[end - 1] + " ")
