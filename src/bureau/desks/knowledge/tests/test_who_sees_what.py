"""A sentence is planted for each person and audience; nobody gets another's, by whatever way."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.test import Client

from bureau.desks.knowledge.sessions import HEADER
from bureau.desks.knowledge.tests.desk import Person, nobody

SECRETS = {
    "ana": "The code word of Ana's locker is zebrafinch.",
    "ben": "The code word of Ben's locker is marmalade.",
    "ada": "The code word of Ada's locker is obsidian.",
    "members": "The code word of the staff locker is tangerine.",
    "everyone": "The code word of the public locker is driftwood.",
}
WORDS = {owner: text.split()[-1].strip(".") for owner, text in SECRETS.items()}


@pytest.fixture
def planted(ana: Person, ben: Person, admin: Person) -> dict[str, dict[str, str]]:
    """Where each sentence stands: ids of its document."""
    where = {
        "ana": ana.upload("ana.txt", SECRETS["ana"].encode()),
        "ben": ben.upload("ben.txt", SECRETS["ben"].encode()),
        "ada": admin.upload("ada.txt", SECRETS["ada"].encode()),
    }
    for audience in ("members", "everyone"):
        content = SECRETS[audience].encode()
        where[audience] = admin.upload(f"{audience}.txt", content, audience=audience)
    return where


def everything_told(reader: Person, where: dict[str, dict[str, str]]) -> Iterator[str]:
    """All that the routes tell a reader who asks for everything, of everybody."""
    for owner, word in WORDS.items():
        question = f"What is the code word of the locker of {owner}? {word}"
        yield json.dumps(reader.ask("Which code word does the locker have?"))
        # the question itself is told back with the conversation: only the answer counts
        yield json.dumps(reader.ask(question)["message"])
        yield json.dumps(reader.stream("What is the locker's code word?"))
        yield json.dumps(reader.post("/api/chat/search/", {"query": "locker code"}).json())
        yield json.dumps(reader.get("/api/documents/search/", q="locker").json())
        document = where[owner]
        for path in ("", "chunks/", "pages/1/"):
            yield reader.get(f"/api/documents/{document['id']}/{path}").content.decode()
        yield reader.get(document["file_url"]).getvalue().decode()
    yield json.dumps(reader.get("/api/documents/").json())


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("ana", {"ana", "members", "everyone"}),
        ("ben", {"ben", "members", "everyone"}),
        ("ada", {"ada", "members", "everyone"}),
        ("nobody", {"everyone"}),
    ],
)
def test_nobody_gets_words_that_are_not_for_them(
    planted: dict[str, dict[str, str]],
    ana: Person,
    ben: Person,
    admin: Person,
    who: str,
    reads: set[str],
) -> None:
    reader = {"ana": ana, "ben": ben, "ada": admin, "nobody": nobody()}[who]
    told = "\n".join(everything_told(reader, planted))
    found = {owner for owner, word in WORDS.items() if word in told}
    assert found == reads
    stats = reader.get("/api/chat/stats/").json()
    assert stats["total_documents"] == stats["total_chunks"] == len(reads)
    assert reader.get("/api/documents/").json()["count"] == len(reads)


def test_only_administrators_fill_shared_collections(ana: Person, admin: Person) -> None:
    for audience in ("members", "everyone"):
        for who, status in ((ana, 403), (admin, 201)):
            answer = who.client.post(
                "/api/documents/upload/",
                {"file": _file(f"{audience} of {status}"), "audience": audience},
            )
            assert answer.status_code == status


def _file(text: str) -> object:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("a.txt", text.encode())


def test_shared_documents_are_changed_by_administrators_only(
    planted: dict[str, dict[str, str]], ana: Person, admin: Person
) -> None:
    path = f"/api/documents/{planted['everyone']['id']}/"
    assert ana.delete(path).status_code == 403
    assert nobody().delete(path).status_code == 403
    assert admin.delete(path).status_code == 204
    # another's own is not even there for them
    assert admin.delete(f"/api/documents/{planted['ana']['id']}/").status_code == 404


# --- nameless readers ---------------------------------------------------------------------------


def test_a_nameless_readers_conversation_is_theirs_alone(ana: Person, admin: Person) -> None:
    first, second = nobody(), nobody()
    mine = first.ask("Is anybody there?")["conversation_id"]
    path = f"/api/chat/conversations/{mine}/"
    assert first.get(path).status_code == 200
    assert first.get("/api/chat/conversations/").json()["count"] == 1
    for stranger in (second, nobody(), ana, admin):
        stranger.ask("And here?")
        assert stranger.get("/api/chat/conversations/").json()["count"] == 1
        for answer in (
            stranger.get(path),
            stranger.get(f"{path}messages/"),
            stranger.post(f"{path}messages/", {"message": "hello"}),
            stranger.post("/api/chat/", {"message": "hello", "conversation_id": mine}),
            stranger.delete(path),
            stranger.delete(f"{path}delete/"),
        ):
            assert answer.status_code == 404
    assert first.delete(path).status_code == 204
    assert first.get(path).status_code == 404


def test_the_session_travels_in_a_header_too_and_is_believed_only_with_our_signature(
    db: None,
) -> None:
    answer = Client().post(
        "/api/chat/", {"message": "Is anybody there?"}, content_type="application/json"
    )
    carried, path = answer[HEADER], f"/api/chat/conversations/{answer.json()['conversation_id']}/"
    cookie = answer.cookies["bureau_reader"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert Client(headers={HEADER: carried}).get(path).status_code == 200
    bare = "3f0e1d2c-0000-4000-8000-000000000000"
    for claim in (bare, bare.replace("-", ""), carried[:-2] + "xx", "a:b:c"):
        assert Client(headers={HEADER: claim}).get(path).status_code == 401
        assert Client(headers={HEADER: claim}).delete(path).status_code == 401
    # a cookie that is not ours opens nothing and is replaced
    client = Client()
    client.cookies["bureau_reader"] = bare
    assert client.get(path).status_code == 404
    assert Client(headers={HEADER: carried}).delete(path).status_code == 204


def test_calls_are_limited_by_address_and_told_in_headers(environment: object, ana: Person) -> None:
    environment(anonymous_calls_per_minute=2, user_calls_per_hour=5)  # type: ignore[operator]
    answers = [
        nobody().client.get("/api/chat/stats/", headers={"X-Forwarded-For": f"10.9.8.{number}"})
        for number in range(3)
    ]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert [one["X-RateLimit-Remaining"] for one in answers] == ["1", "0", "0"]
    refused = answers[-1]
    assert refused.json()["error"] == "Rate limit exceeded"
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert ana.get("/api/chat/stats/")["X-RateLimit-Limit"] == "5"
