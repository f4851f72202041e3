"""Time stamps (RFC 3161) of an authority over HTTP: proof, from somebody else, of when a seal was made."""

import hashlib
import time
import urllib.request
from collections.abc import Callable
from functools import lru_cache

from asn1crypto import cms, core, tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from certificates.sealing.material import SealUnavailable

PATIENCE_SECONDS = 10  # for one answer
PAUSE_SECONDS = 60  # after an answer that did not come, before the authority is asked again
ANSWER_BYTES = 64 * 1024
SPARE_BYTES = 64  # how much one authority's answers may differ in length


class TimestampUnavailable(SealUnavailable):
    """The authority did not answer, or refused. The certificate stays pending and is tried again later."""


class _Answer(core.Sequence):
    """TimeStampResp of RFC 3161; asn1crypto's own cannot read a refusal, which has no token."""

    _fields = [("status", tsp.PKIStatusInfo), ("token", cms.ContentInfo, {"optional": True})]


class Authority(TimeStamper):
    """A time stamping authority. After a failure it is left alone for a minute, so that no queue waits for it."""

    def __init__(self, url: str):
        super().__init__()
        self.url = url
        self.away_until = 0.0
        self.room = 0  # bytes that its longest token so far needs; 0 until it was asked once

    def stamp(self, content: bytes) -> bytes:
        """Return a token in DER over the SHA-256 of `content`. Raises TimestampUnavailable."""
        if time.monotonic() < self.away_until:
            raise TimestampUnavailable("The time stamping authority did not answer a moment ago")
        try:
            token = finish(self.async_timestamp(hashlib.sha256(content).digest(), "sha256")).dump()
        except Exception as problem:
            self.away_until = time.monotonic() + PAUSE_SECONDS
            raise TimestampUnavailable(f"No time stamp: {problem}") from problem
        self.room = max(self.room, len(token) + SPARE_BYTES)
        return token

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        request = urllib.request.Request(self.url, req.dump(), headers)  # noqa: S310 -- settings allow http(s) alone
        deadline = time.monotonic() + PATIENCE_SECONDS
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
            content = b""
            while piece := answer.read1(ANSWER_BYTES):
                content += piece
                if len(content) > ANSWER_BYTES or time.monotonic() > deadline:
                    raise TimestampRequestError("the answer is too long or too slow")
        status = _Answer.load(content)["status"].native
        if status["status"] != "granted":
            raise TimestampRequestError(f"the authority refused: {status}")
        return tsp.TimeStampResp.load(content)


@lru_cache(maxsize=2)
def authority(url: str) -> Authority:
    """The authority of this process: it remembers how long its tokens are and whether it is away."""
    return Authority(url)


def finish(coroutine: Callable) -> object:
    """Run a coroutine that never waits, without an event loop: asyncio's own start costs more than a seal."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    coroutine.close()
    raise RuntimeError("This coroutine waits for something")
