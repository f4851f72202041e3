"""Pictures in and out of the site's image library. One that is there already is used again."""

import hashlib
from collections.abc import Collection, Iterable

from django.core.files.base import ContentFile
from wagtail.images import get_image_model

from quizzes.exchange.pictures import checked
from quizzes.exchange.question import Picture


class Keeper:
    """Keeps the pictures of an import. `discard` takes back the files of one that failed."""

    def __init__(self, pictures: Iterable[Picture], user=None):
        self.user, self.added = user, []
        hashes = {digest(picture.data) for picture in pictures}
        rows = get_image_model().objects.filter(file_hash__in=hashes).order_by("-pk") if hashes else ()
        self.known = {row.file_hash: row.pk for row in rows}

    def keep(self, picture: Picture, words: str) -> int:
        """Return the primary key of the picture in the library. words: what it shows."""
        found = digest(picture.data)
        if found not in self.known:
            image = get_image_model()(
                title=(words or picture.name)[:255],
                description=words[:255],
                file=ContentFile(picture.data, name=picture.name),
                file_hash=found,
                file_size=len(picture.data),
                uploaded_by_user=self.user,
            )
            image.save()
            self.added.append(image)
            self.known[found] = image.pk
        return self.known[found]

    def discard(self) -> None:
        for image in self.added:
            image.file.storage.delete(image.file.name)


def digest(data: bytes) -> str:
    """Return the hash by which Wagtail knows an image's file."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def fetched(keys: Collection[int]) -> dict[int, Picture | str]:
    """Return primary key -> the picture, or why it cannot be had. One query, however many."""
    found = {}
    for key, image in get_image_model().objects.in_bulk(keys).items():
        try:
            with image.file.storage.open(image.file.name) as file:
                data = file.read()
        except OSError:
            found[key] = f"picture “{image.title}”: its file is missing"
            continue
        picture, problem = checked(data, image.filename)
        found[key] = picture or problem
    return found
