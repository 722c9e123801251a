"""Which files an event of the page may name: those uploaded to it, for the component that takes them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import gradio as gr

NOT_UPLOADED = "only files that were uploaded here can be added, which {path!r:.200} was not"


def take_uploads_only(blocks: "gr.Blocks") -> None:
    """Refuse an event that names any other file or an address; to be called before the page is served.

    Before it looks at a value of whatever component, Gradio copies the file, or fetches the address, that stands in it.
    Its own check leaves addresses alone, and files until `launch()`, which a mounted page never sees.
    """
    import gradio as gr

    blocks.has_launched = True
    preprocess = blocks.preprocess_data

    async def preprocess_uploads(block_fn: Any, inputs: list[Any], *rest: Any, **named: Any) -> Any:
        for component, value in zip(block_fn.inputs, inputs, strict=False):
            for path in _paths(value):
                if not (isinstance(component, gr.UploadButton) and is_upload(path)):
                    raise gr.Error(NOT_UPLOADED.format(path=path), print_exception=False)
        return await preprocess(block_fn, inputs, *rest, **named)

    blocks.preprocess_data = preprocess_uploads  # type: ignore[method-assign]


def is_upload(path: object) -> bool:
    """Whether a path lies in the folder that uploads are put into."""
    from gradio.utils import get_upload_folder

    if not isinstance(path, str) or "://" in path:  # which Gradio would fetch
        return False
    try:
        return Path(path).resolve().is_relative_to(Path(get_upload_folder()).resolve())
    except (OSError, ValueError):
        return False


def _paths(value: Any) -> Iterator[object]:  # Any: JSON from outside
    """Yield the path of each file in a value, as Gradio would find them."""
    if isinstance(value, dict) and "path" in value and "meta" in value:
        yield value["path"]
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _paths(inner)
