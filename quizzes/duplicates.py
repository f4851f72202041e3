"""Questions that resemble each other. Arithmetic on words here; `words_of_the_bank` alone reads the database."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from quizzes.content import ItemContent
from quizzes.models import Choice, Item

#: Per cent of likeness from which two questions are named: other word order and endings pass, other facts do not.
ALIKE_PERCENT = 85
#: So much of a question's words counts as rarer: the share that two alike questions cannot all differ in.
RARER_SHARE = 0.3
MANY_RARER = 6


@dataclass(frozen=True)
class Pair:
    """Two questions by their ids, and how alike they are, per cent."""

    first: int
    second: int
    percent: int


def normalised(*texts: str) -> str:
    """Return the words of `texts` in alphabetical order, without capitals and punctuation."""
    return " ".join(sorted(re.findall(r"\w+", " ".join(texts).casefold())))


def words_of(content: ItemContent) -> str:
    """Return what `content` asks and answers, for comparing."""
    return normalised(content.stem, *(f"{choice.text} {choice.match}" for choice in content.choices))


def words_of_the_bank() -> dict[int, str]:
    """Return item id -> its words, for every question that is not retired; two queries."""
    answers = defaultdict(list)
    for item_id, text, match in Choice.objects.order_by("item").values_list("item", "text", "match"):
        answers[item_id] += [text, match]
    rows = Item.objects.not_retired().order_by("code").values_list("pk", "stem")
    return {pk: normalised(stem, *answers[pk]) for pk, stem in rows}


def pairs_alike(words: Mapping[int, str], percent: int = ALIKE_PERCENT) -> list[Pair]:
    """Return each pair that is at least `percent` alike, the most alike first.

    Two questions meet only if they share one of the rarer words of each, two when these are many: 5,000
    questions take seconds, and what they have in common apart from such words is grammar.
    """
    found, met = [], defaultdict(list)
    from rapidfuzz import fuzz, process  # noqa: PLC0415 -- only who looks for likeness pays its memory

    kinds = {pk: frozenset(text.split()) for pk, text in words.items()}
    uses = Counter(word for kind in kinds.values() for word in kind)
    for pk, kind in kinds.items():
        rarer = sorted(kind, key=lambda word: (uses[word], word))[: int(len(kind) * RARER_SHARE) + 1]
        shared = Counter(other for word in rarer for other in met[word])
        enough = 2 if len(rarer) >= MANY_RARER else 1
        others = {other: words[other] for other, count in shared.items() if count >= enough}
        for _, likeness, other in process.extract(
            words[pk], others, scorer=fuzz.ratio, score_cutoff=percent, limit=None
        ):
            found.append(Pair(*sorted((pk, other)), int(likeness)))
        for word in rarer:
            met[word].append(pk)
    return sorted(found, key=lambda pair: (-pair.percent, pair.first, pair.second))


def those_like(content: ItemContent, *, besides: int | None = None) -> list[tuple[int, int]]:
    """Return (item id, per cent) of at most five questions that much resemble `content`."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 -- as above

    wanted = words_of(content)
    if not wanted:
        return []
    bank = words_of_the_bank()
    bank.pop(besides, None)
    found = process.extract(wanted, bank, scorer=fuzz.ratio, score_cutoff=ALIKE_PERCENT, limit=5)
    return [(pk, int(percent)) for _, percent, pk in found]
