"""The socket of a chat: questions in, answers out sentence by sentence, to the one who asked.

The room's name is for people; it opens nothing. A socket belongs to its reader: a signed-in person, or
an anonymous session that the server signed (`?session_id=`, cookie or header; without one the
socket is given one in its first message). Close codes: 4001 the credentials are wrong or over, or
there are none and KNOWLEDGE_ANONYMOUS is off, 4004 no such conversation, or not yours, 4029 too
many connections or questions.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import structlog
from channels.db import database_sync_to_async
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import parse_cookie

from bureau.desks.knowledge import sessions
from bureau.desks.knowledge.access import Reader, conversation_for, conversations_of
from bureau.desks.knowledge.limits import (
    anonymous_rate,
    person_rate,
    refuse_over,
    refuse_question,
)
from bureau.desks.knowledge.models import Conversation, Message
from bureau.desks.knowledge.schemas import LONGEST_MESSAGE
from bureau.desks.knowledge.services.answers import ARCHITECTURE
from bureau.desks.knowledge.services.conversations import next_conversation_id
from bureau.desks.knowledge.streaming import failure_shape, from_thread
from bureau.desks.knowledge.talking import Talk, begin
from bureau.kernel.accounts.addresses import counted_address
from bureau.kernel.accounts.auth import presents_credentials, still_signed_in, user_of_scope
from bureau.kernel.errors import (
    BadCredentials,
    BureauError,
    InvalidInput,
    NotFound,
    NotSignedIn,
    TooManyRequests,
)
from bureau.kernel.events.sockets import ABSENT, NOT_SIGNED_IN, Socket
from bureau.kernel.ops.parsing import json_of

log = structlog.get_logger(__name__)
TOO_MANY = 4029
INVALID = "Invalid JSON format"
FAILED = "An error occurred processing your message"


class ChatSocket(Socket):
    """A chat about documents: questions in, checked answers out, sentence by sentence."""

    reader: Reader
    conversation_id: uuid.UUID
    # the row is made with the first question: who only connects leaves nothing behind
    is_begun: bool
    language = "auto"
    answering: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        await self.accept()
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        try:
            self.reader = await self._reader(query.get("session_id", [""])[0])
            await self._count_call()
            wanted = query.get("conversation_id", [""])[0]
            known = await database_sync_to_async(_conversation)(self.reader, wanted)
            self.is_begun = known is not None
            self.conversation_id = known.pk if known else next_conversation_id(self.reader)
        except BureauError as refused:
            await self.close(_close_code(refused), refused.message[:100])
            return
        if self.reader.user is not None:
            self.keep_asking(self.reader.user)
        self.language = query.get("lang", ["auto"])[0][:10]
        session = self.reader.session
        await self._say(
            type="connection",
            message="Connected to chat",
            conversation_id=self.conversation_id,
            session_id=sessions.carried(session) if session else None,
            architecture=ARCHITECTURE,
        )

    async def _reader(self, session_id: str) -> Reader:
        user = await user_of_scope(self.scope)
        if user is not None:
            return Reader(user=user)
        if await presents_credentials(self.scope):
            raise BadCredentials("sign in first")
        if not settings.ENV.knowledge_anonymous:
            raise NotSignedIn
        headers = {
            name.decode("latin-1").title(): value.decode("latin-1")
            for name, value in self.scope["headers"]
        }
        presented = {sessions.HEADER: session_id or headers.get("X-Session-Id", "")}
        cookies = parse_cookie(headers.get("Cookie", ""))
        return Reader(session=sessions.session_of(presented, cookies) or sessions.new_session())

    def parse(self, text: str) -> Any:
        return json_of(text.encode(errors="surrogatepass"))

    async def misunderstood(self, text: str) -> None:
        # what came is told back in part, so that a program sees which frame was meant
        await self._say(type="error", message=INVALID, received=text[:100])

    async def hear(self, said: Any) -> None:
        """One frame of the client: a question, or that somebody is typing."""
        if not isinstance(said, dict):
            await self.misunderstood(json.dumps(said))
            return
        text = said.get("message")
        if said.get("type", "chat_message") != "chat_message" or not isinstance(text, str):
            return
        if not text.strip():
            return
        if self.answering and not self.answering.done():
            await self._say(type="error", message="Wait for the answer before you ask again.")
            return
        self.answering = asyncio.create_task(self._answer(text))

    async def _answer(self, text: str) -> None:
        await self._say(type="typing", typing=True)
        try:
            await self._admit(text)
            begun = database_sync_to_async(begin)
            talk: Talk = await begun(
                self.reader, text, self.conversation_id, self.language, is_new=not self.is_begun
            )
            self.is_begun = True
            async for part in from_thread(lambda: _guarded(talk)):
                await self._tell(part)
        except BureauError as failure:
            await self._say(type="error", **failure_shape(failure))
        except Exception:
            log.exception("answer_crashed")
            await self._say(type="error", message=FAILED)
        finally:
            await self._say(type="typing", typing=False)

    async def _admit(self, text: str) -> None:
        """Raise unless this reader may ask this now."""
        if len(text) > LONGEST_MESSAGE:
            raise InvalidInput(f"A question has at most {LONGEST_MESSAGE} characters.")
        if self.reader.user is not None and not await still_signed_in(self.scope):
            await self.close(NOT_SIGNED_IN, "your sign-in has ended")
            raise BadCredentials("Your sign-in has ended.")
        await self._count_call()
        await database_sync_to_async(refuse_question)(self.reader, self._address())

    async def _count_call(self) -> None:
        user = self.reader.user
        counted = database_sync_to_async(person_rate if user else anonymous_rate)
        refuse_over(await counted(user.pk if user else self._address()))

    def _address(self) -> str:
        forwarded = dict(self.scope["headers"]).get(b"x-forwarded-for", b"").decode("latin-1")
        peer = (self.scope.get("client") or ("",))[0]
        return counted_address(
            peer=peer, forwarded_for=forwarded, trusted=settings.ENV.trusted_proxies
        )

    async def _tell(self, part: str | Message | BureauError) -> None:
        if isinstance(part, BureauError):
            await self._say(type="error", **failure_shape(part))
        elif isinstance(part, str):
            await self._say(type="delta", text=part)
        else:
            message = {
                "id": part.pk,
                "role": part.role,
                "content": part.content,
                "created_at": part.created_at,
                "conversation_id": part.conversation_id,
                "architecture": ARCHITECTURE,
                "citations": part.citations,
                "citations_count": len(part.citations),
            }
            await self._say(type="message", message=message, sender="assistant")

    async def _say(self, **what: Any) -> None:
        # the client may have gone; what it asked for is kept all the same
        with contextlib.suppress(RuntimeError):
            await self.send(json.dumps(what, cls=DjangoJSONEncoder, ensure_ascii=False))

    async def silence(self) -> None:
        """An answer on its way is given up."""
        if self.answering:
            self.answering.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.answering

    async def disconnect(self, code: int) -> None:
        await super().disconnect(code)
        await self.silence()


def _guarded(talk: Talk) -> Iterator[str | Message | BureauError]:
    """The answer's parts; a failure is the last one, so that it crosses the thread."""
    try:
        yield from talk.parts()
    except BureauError as failure:
        yield failure


def _close_code(refused: BureauError) -> int:
    if isinstance(refused, TooManyRequests):
        return TOO_MANY
    return ABSENT if isinstance(refused, NotFound) else NOT_SIGNED_IN


def _conversation(reader: Reader, wanted: str) -> Conversation | None:
    """The conversation that is gone on with; None where the next question begins one."""
    if not wanted:
        return conversations_of(reader).first()
    try:
        number = uuid.UUID(wanted)
        # named at an earlier connection, before any question
        known = conversations_of(reader).filter(pk=number).first()
        return known if number == next_conversation_id(reader) else conversation_for(reader, number)
    except ValueError:
        raise NotFound.matching("Conversation") from None
