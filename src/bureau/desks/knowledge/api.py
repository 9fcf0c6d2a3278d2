"""Routes of the desk, at the root of `/api`: both families that the contract names."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import File, Form, Query, Router, Status, UploadedFile

from bureau.desks.knowledge import access, schemas, shapes
from bureau.desks.knowledge.access import Reader, person_of, reader_of
from bureau.desks.knowledge.limits import limited, questions, with_rate
from bureau.desks.knowledge.models import Message
from bureau.desks.knowledge.services.conversations import delete_conversation, open_conversation
from bureau.desks.knowledge.services.documents import upload_document
from bureau.desks.knowledge.services.feedback import give_feedback
from bureau.desks.knowledge.services.finding import find, language_of
from bureau.desks.knowledge.services.statistics import statistics_for
from bureau.desks.knowledge.sessions import hand_out, new_session
from bureau.desks.knowledge.streaming import events_of, from_thread
from bureau.desks.knowledge.talking import Talk, begin, finish
from bureau.kernel.accounts.errors import field_errors, one_error
from bureau.kernel.accounts.paging import page_of
from bureau.kernel.errors import NotFound
from bureau.kernel.retrieval.models import Chunk, Page
from bureau.kernel.retrieval.parsing.notes import summary
from bureau.kernel.retrieval.reading import notes_of
from bureau.kernel.retrieval.services import delete_document, reprocess_document

PAGE_SIZE, CHUNK_PAGE_SIZE = 20, 50
MOST_RESULTS = 10
Shape = dict[str, Any]
router = Router(tags=["knowledge"], auth=limited(reader_of))
router.add_decorator(with_rate, mode="view")
signed_in_page = limited(person_of)
for_questions = questions(reader_of)


class ReaderRequest(HttpRequest):
    """A request that passed the desk's door."""

    auth: Reader


# --- chat -------------------------------------------------------------------------------------


@router.post("/chat/", response=schemas.ChatOut, auth=for_questions)
def chat(request: ReaderRequest, response: HttpResponse, body: schemas.ChatIn) -> Shape:
    """Ask a question; the answer cites passages that were checked word by word."""
    reader = _with_session(request, response)
    talk = begin(reader, body.message, body.conversation_id, body.language)
    return shapes.answer_shape(talk.conversation, finish(talk))


@router.post("/chat/stream/", response={200: None}, auth=for_questions)
def chat_stream(request: ReaderRequest, body: schemas.ChatIn) -> StreamingHttpResponse:
    """Ask a question; server-sent events bring the answer sentence by sentence, each checked."""
    response = HttpResponse()
    reader = _with_session(request, response)
    talk = begin(reader, body.message, body.conversation_id, body.language)
    # Django would collect a plain iterator before it sends anything, if it serves asynchronously
    parts = from_thread(lambda: events_of(talk)) if is_async(request) else events_of(talk)
    stream = StreamingHttpResponse(parts, content_type="text/event-stream")
    stream["Cache-Control"] = "no-store"
    stream["X-Accel-Buffering"] = "no"
    if response.cookies:
        assert reader.session is not None
        hand_out(stream, reader.session)
    return stream


def is_async(request: HttpRequest) -> bool:
    """Whether the request came through an asynchronous server."""
    return isinstance(request, ASGIRequest)


def _with_session(request: ReaderRequest, response: HttpResponse) -> Reader:
    """The reader; a nameless one without a session is given one with the answer."""
    reader = request.auth
    if reader.user is not None or reader.session is not None:
        return reader
    session = new_session()
    hand_out(response, session)
    return Reader(session=session)


@router.get("/chat/conversations/", response=schemas.ConversationPage)
def list_conversations(request: ReaderRequest) -> Shape:
    """Your conversations, latest first, 20 a page."""
    page = page_of(request, access.conversations_of(request.auth), size=PAGE_SIZE)
    return _page(page, shapes.conversation_rows(page.results))


@router.post("/chat/conversations/", response={201: schemas.ConversationOut})
def create_conversation(
    request: ReaderRequest, response: HttpResponse, body: schemas.ConversationIn
) -> Status[Shape]:
    """Begin a conversation."""
    reader = _with_session(request, response)
    language = language_of(body.language, body.title)
    made = open_conversation(reader, title=body.title, language=language)
    return Status(201, shapes.whole_conversation(made))


@router.get("/chat/conversations/{uuid:conversation_id}/", response=schemas.ConversationOut)
def conversation_detail(request: ReaderRequest, conversation_id: uuid.UUID) -> Shape:
    """A conversation with all its turns, oldest first."""
    return shapes.whole_conversation(access.conversation_for(request.auth, conversation_id))


@router.delete("/chat/conversations/{uuid:conversation_id}/", response={204: None})
@router.delete(
    "/chat/conversations/{uuid:conversation_id}/delete/",
    response={204: None},
    operation_id="knowledge_remove_conversation_by_its_old_address",
)
def remove_conversation(request: ReaderRequest, conversation_id: uuid.UUID) -> Status[None]:
    """Remove a conversation with all its turns."""
    delete_conversation(access.conversation_for(request.auth, conversation_id), request.auth)
    return Status(204, None)


@router.get("/chat/conversations/{uuid:conversation_id}/messages/", response=schemas.MessagePage)
def list_messages(request: ReaderRequest, conversation_id: uuid.UUID) -> Shape:
    """The turns of a conversation, oldest first, 50 a page."""
    conversation = access.conversation_for(request.auth, conversation_id)
    rows: QuerySet[Message] = conversation.messages.order_by("place")
    page = page_of(request, rows, size=CHUNK_PAGE_SIZE)
    return _page(page, [shapes.message_shape(row) for row in page.results])


@router.post(
    "/chat/conversations/{uuid:conversation_id}/messages/",
    response=schemas.ChatOut,
    auth=for_questions,
)
def add_question(
    request: ReaderRequest, conversation_id: uuid.UUID, body: schemas.MessageIn
) -> Shape:
    """Ask the next question of a conversation."""
    text = body.message or body.content
    if not text.strip():
        raise field_errors({"message": ["This field may not be blank."]})
    talk: Talk = begin(request.auth, text, conversation_id, body.language)
    return shapes.answer_shape(talk.conversation, finish(talk))


@router.post("/chat/feedback/", response={201: schemas.FeedbackOut})
def feedback(request: ReaderRequest, body: schemas.FeedbackIn) -> Status[Shape]:
    """Say what you think of an answer; a second word of the same type replaces the first."""
    message = access.answer_for(request.auth, body.message)
    given = give_feedback(
        message, body.feedback_type, body.is_positive, comment=body.comment, rating=body.rating
    )
    return Status(201, shapes.feedback_shape(given))


@router.post("/chat/search/", response=schemas.SearchOut, auth=for_questions)
def search(request: ReaderRequest, body: schemas.SearchIn) -> Shape:
    """Passages near to a text, by meaning and by words, at most ten."""
    query = body.query.strip()
    if not query:
        raise one_error("Query is required")
    found = find(request.auth, query, language_of("auto", query), limit=MOST_RESULTS)
    results = [shapes.result_shape(one) for one in found.passages]
    return {"query": query, "results": results, "total_results": len(results)}


@router.get("/chat/stats/", response=schemas.StatsOut)
def stats(request: ReaderRequest) -> Shape:
    """How many documents and passages answer you."""
    return statistics_for(request.auth)


# --- documents --------------------------------------------------------------------------------


@router.get("/documents/", response=schemas.DocumentPage)
def list_documents(request: ReaderRequest, filters: Query[schemas.DocumentFilters]) -> Shape:
    """The documents you may read, newest first, 20 a page."""
    rows = access.documents_of(request.auth).select_related("file")
    if filters.document_type:
        rows = rows.filter(metadata__document_type=filters.document_type)
    if filters.language:
        rows = rows.filter(language=filters.language)
    if filters.state:
        rows = rows.filter(state=filters.state)
    page = page_of(request, rows, size=PAGE_SIZE)
    return _page(page, [shapes.document_shape(row) for row in page.results])


@router.post("/documents/", response={201: schemas.DocumentOut}, auth=signed_in_page)
@router.post(
    "/documents/upload/",
    response={201: schemas.DocumentOut},
    auth=signed_in_page,
    operation_id="knowledge_upload_by_its_old_address",
)
def upload(
    request: ReaderRequest,
    body: Form[schemas.UploadIn],
    file: File[UploadedFile | None] = None,
) -> Status[Shape]:
    """Upload a PDF, Word, HTML, Markdown or text document; it is read in the background."""
    if file is None:
        raise field_errors({"file": ["No file was submitted."]})
    assert request.auth.user is not None
    document = upload_document(
        request.auth.user,
        file,
        title=body.title,
        language=body.language,
        audience=body.audience,
        details=body.model_dump(
            include={"document_type", "product_line", "version", "description"}
        ),
    )
    return Status(201, shapes.document_shape(document))


@router.get("/documents/search/", response=schemas.ChunkSearchOut)
def search_documents(request: ReaderRequest, q: str = "") -> Shape:
    """Passages that hold a text as it is written, at most ten."""
    if not q.strip():
        raise one_error('Query parameter "q" is required')
    rows = Chunk.objects.filter(
        collection__in=access.scope_of(request.auth), text__icontains=q.strip()[:200]
    )
    found = rows.select_related("document").order_by("document__title", "index")[:MOST_RESULTS]
    return {"query": q, "results": [shapes.chunk_shape(one, one.document.title) for one in found]}


@router.get("/documents/{uuid:document_id}/", response=schemas.DocumentOut)
def document_detail(request: ReaderRequest, document_id: uuid.UUID) -> Shape:
    """A document and where it stands."""
    return shapes.document_shape(access.document_for(request.auth, document_id))


@router.delete("/documents/{uuid:document_id}/", response={204: None}, auth=signed_in_page)
def remove_document(request: ReaderRequest, document_id: uuid.UUID) -> Status[None]:
    """Remove a document with everything made of it."""
    document = access.document_to_change(request.auth, document_id)
    delete_document(document, actor=request.auth.user)
    return Status(204, None)


@router.post(
    "/documents/{uuid:document_id}/reprocess/",
    response={202: schemas.DocumentOut},
    auth=signed_in_page,
)
def reprocess(request: ReaderRequest, document_id: uuid.UUID) -> Status[Shape]:
    """Read a document anew; what is found of it now stays until that has succeeded."""
    document = access.document_to_change(request.auth, document_id)
    reprocess_document(document, actor=request.auth.user)
    return Status(202, shapes.document_shape(access.document_for(request.auth, document_id)))


@router.get("/documents/{uuid:document_id}/chunks/", response=schemas.ChunkPage)
def list_chunks(
    request: ReaderRequest, document_id: uuid.UUID, filters: Query[schemas.ChunkFilters]
) -> Shape:
    """The passages of a document in their order, 50 a page."""
    document = access.document_for(request.auth, document_id)
    rows = access.chunks_of(document)
    if filters.page_number is not None:
        rows = rows.filter(page=filters.page_number)
    page = page_of(request, rows, size=CHUNK_PAGE_SIZE)
    return _page(page, [shapes.chunk_shape(row, document.title) for row in page.results])


@router.get("/documents/{uuid:document_id}/pages/{int:number}/", response=schemas.PageOut)
def page_text(request: ReaderRequest, document_id: uuid.UUID, number: int) -> Shape:
    """The text of a page, in which citations give their offsets."""
    document = access.document_for(request.auth, document_id)
    page = Page.objects.filter(document=document, number=number).first()
    if page is None:
        raise NotFound.matching("Page")
    return {
        "document_id": document.pk,
        "page_number": page.number,
        "text": page.text,
        "by_ocr": page.by_ocr,
        "page_label": page.label,
        "notes": summary([(number, notes_of(page.notes))]),
    }


def _page(page: Any, results: list[Shape]) -> Shape:
    return {
        "count": page.count,
        "next": page.next,
        "previous": page.previous,
        "results": results,
    }
