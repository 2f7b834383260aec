"""How is one sentence said in Chinese and in English?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and English. May hold `{name}` places, filled by `filled`."""

    zh: str
    en: str

    def filled(self, **values: object) -> "Text":
        """The text with its `{name}` places filled; only plain names are looked up, never attributes."""
        return Text(_fill(self.zh, values), _fill(self.en, values))


def _fill(template: str, values: dict[str, object]) -> str:
    for name, value in values.items():
        template = template.replace("{" + name + "}", str(value))
    return template


EXERCISE_MARK = Text("【演练】", "[EXERCISE] ")


def marked(words: str, space: int) -> str:
    """The words, unmistakably of an exercise when they belong to one; once only."""
    return words if space == 0 or words.startswith(EXERCISE_MARK.zh) else EXERCISE_MARK.zh + words


def marked_text(words: Text, space: int) -> Text:
    """As `marked`, in both languages."""
    if space == 0 or words.zh.startswith(EXERCISE_MARK.zh):
        return words
    return Text(EXERCISE_MARK.zh + words.zh, EXERCISE_MARK.en + words.en)
