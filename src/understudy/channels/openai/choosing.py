"""From the name of a model in a request to the models that are asked. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from understudy.channels.openai.settings import FrontDoorSettings
from understudy.kit.errors import NotFound

SEE_MODELS = "GET /v1/models lists those there are"


class ModelNotFound(NotFound):
    """No such model here, or it may not be asked for."""

    code = "model_not_found"


def names_of(
    asked: str, *, providers: Sequence[str], known: Sequence[str], settings: FrontDoorSettings
) -> tuple[str, ...]:
    """The models to ask for `asked`, as provider/model, in order; raises `ModelNotFound`.

    `asked` is provider/model, or a model's bare name: then all providers that know it are asked, or, where none does,
    all there are, of which those that have no price for it fall out.
    """
    if asked.partition("/")[0] in providers and "/" in asked:
        found: tuple[str, ...] = (asked,)
    else:
        exact = tuple(name for name in known if name.partition("/")[2] == asked)
        found = exact or tuple(f"{provider}/{asked}" for provider in providers)
    if settings.allowed:
        found = tuple(name for name in found if name in settings.allowed)
    if not found:
        raise ModelNotFound(f"there is no model {asked!r} here", field="model", remedy=SEE_MODELS)
    return (*found, *(name for name in settings.failover if name not in found))


def listed(known: Sequence[str], settings: FrontDoorSettings) -> tuple[str, ...]:
    """The models that may be asked for, each once."""
    return settings.allowed or tuple(dict.fromkeys((*settings.forward_to, *known)))
