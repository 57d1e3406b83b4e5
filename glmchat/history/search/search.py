"""Finding words in everything that was said.

The index knows for each three characters in which texts they stand, not where: the texts that have all the
threes of a word are candidates, newest first, and each is read to see. One and two characters are looked for in
the newest texts first, which finds what is common; what is not found there is rare, and then the index's own
list of threes that begin so is short.
"""

from __future__ import annotations

import asyncio
import heapq
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import log
from typing import Any

from glmchat.core.conversation import Role
from glmchat.history.access import Access
from glmchat.history.problems import ArchiveError, diagnose
from glmchat.history.records import LIST, Hit
from glmchat.history.search import excerpt
from glmchat.history.search.index import GROWS
from glmchat.history.search.query import Query, message_condition, parse, session_condition

# Up to so many hits are ranked; more are shown newest first.
FEW = 200
# Texts read for a term too short for the index, before the index's list of terms is asked.
SCAN = 4000
# Texts read that wait for the index.
WAITING = 3000
# A word of many characters is told from others by some of its threes.
THREES = 12
_TABLES = {"content": "search_content", "reasoning": "search_reasoning"}
_LISTS = {"content": "terms_content", "reasoning": "terms_reasoning"}


class Search:
    """Search as a part of the archive: in a thread of its own, one query at a time."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def find(self, query: str, limit: int = 50, offset: int = 0) -> list[Hit]:
        """Look for words in titles, messages and thoughts; raises QueryRefused with what is wrong in the query.

        A search that is under way is given up for the new one: it answers an empty list.
        """
        store = self._access.store
        store.interrupt()
        reading = store.read(lambda connection: find(connection, query, limit, offset), slow=True)
        try:
            return await asyncio.wrap_future(reading)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                return []
            raise ArchiveError(diagnose(error, store.path)) from error
        except sqlite3.DatabaseError as error:
            raise ArchiveError(diagnose(error, store.path)) from error

    async def waiting(self) -> int:
        """How many texts the search index still has to take in; a search reads the newest of them itself."""
        sql = "SELECT count(*) FROM messages WHERE indexed = 0"
        return int((await self._access.read(lambda connection: connection.execute(sql).fetchone()))[0])


def find(connection: sqlite3.Connection, text: str, limit: int, offset: int = 0) -> list[Hit]:
    """The hits of a query, the best first where they are few, else the newest; raises QueryRefused."""
    query = parse(text)
    search = _Search(connection, text, query)
    if not query.terms and not query.conditions and query.parameter is None:
        return []
    wanted = max(FEW, offset + limit) + 1
    found = list(islice(search.hits(), wanted))
    if len(found) <= FEW:
        found.sort(key=lambda pair: pair[0], reverse=True)
    return [hit for _, hit in found[offset : offset + limit]]


@dataclass(slots=True)
class _Text:
    """A candidate as it was read."""

    message_id: int
    session_id: int
    title: str
    role: str
    created: float
    content: str
    reasoning: str


class _Search:
    def __init__(self, connection: sqlite3.Connection, text: str, query: Query) -> None:
        self.connection, self.text, self.query = connection, text, query
        self.where, self.values = message_condition(query)
        self.patterns = [excerpt.pattern(term) for term in query.terms]
        self.fields = [field for field in ("content", "reasoning") if query.looks_in(field)]
        self.seen: set[int] = set()
        self.in_files = "file" in query.fields

    def hits(self) -> Iterator[tuple[float, Hit]]:
        """Hits with their scores, the newest first; titles before messages."""
        of_messages = self.query.parameter or any(not each.of_session for each in self.query.conditions)
        if self.query.terms and (
            self.query.fields == {"title"} or (self.query.looks_in("title") and not of_messages)
        ):
            yield from self._titles()
        if self.in_files:
            yield from self._files()
        if not self.fields:
            return
        for seq in self._candidates():
            if seq not in self.seen:
                self.seen.add(seq)
                yield from self._look(seq)

    def _titles(self) -> Iterator[tuple[float, Hit]]:
        where, values = session_condition(self.text)
        sql = f"SELECT s.id, s.title, s.updated FROM sessions s WHERE s.shelf = {LIST}{where}"
        sql += " ORDER BY s.pinned DESC, s.updated DESC LIMIT ?"
        rows = self.connection.execute(sql, (*values, FEW)).fetchall()
        for id, title, updated in rows:
            marks = excerpt.highlights(title, self.patterns)
            yield 10.0, Hit(id, title, None, None, "title", title, marks, updated)

    def _files(self) -> Iterator[tuple[float, Hit]]:
        """Hits in what is attached, the newest first; there is little of it beside what is said, so it is read.

        What a model returned has no name.
        """
        sql = f"""
          SELECT m.id, m.session_id, s.title, m.role, m.created_at, a.name, coalesce(c.text, '') FROM attachments a
          CROSS JOIN messages m ON m.seq = a.seq JOIN sessions s ON s.id = m.session_id
          JOIN contents c ON c.id = a.content_id
          WHERE m.deleted_at IS NULL AND s.shelf = {LIST} AND (a.name != '' OR c.text IS NOT NULL){self.where}
          ORDER BY a.seq DESC, a.place"""
        for id, session_id, title, role, created, name, text in self.connection.execute(sql, self.values):
            whole = f"{name}\n{text}"
            places = excerpt.found(whole, self.patterns)
            if places is None:
                continue
            snippet, marks = excerpt.cut(whole, min((start for start, _ in places), default=0), self.patterns)
            hit = Hit(session_id, title, id, Role(role), "file", snippet, marks, created)
            yield self._score(whole, "content"), hit

    def _look(self, seq: int) -> Iterator[tuple[float, Hit]]:
        row = self.connection.execute(
            "SELECT m.id, m.session_id, s.title, m.role, m.created_at, t.content, t.reasoning FROM messages m"
            " JOIN sessions s ON s.id = m.session_id JOIN texts t ON t.seq = m.seq WHERE m.seq = ?",
            (seq,),
        ).fetchone()
        if row is None:
            return
        text = _Text(*row)
        for field in self.fields:
            whole = getattr(text, field)
            places = excerpt.found(whole, self.patterns)
            if places is None or not (whole or field == "content"):
                continue
            snippet, marks = excerpt.cut(whole, min((start for start, _ in places), default=0), self.patterns)
            yield (
                self._score(whole, field),
                Hit(
                    text.session_id,
                    text.title,
                    text.message_id,
                    Role(text.role),
                    field,
                    snippet,
                    marks,
                    text.created,
                ),
            )

    def _score(self, whole: str, field: str) -> float:
        """How often the words stand in the text, against its length; an answer before a thought.

        A simple form of term frequency with length normalisation, as in BM25 (Robertson and others, 1994): the
        logarithm damps repetition, and the weights are our own."""
        counts = [sum(1 for _ in islice(each.finditer(whole), 20)) for each in self.patterns]
        weight = sum(log(1 + count) for count in counts) / (1 + log(1 + len(whole) / 500))
        return weight if field == "content" else weight * 0.7

    def _candidates(self) -> Iterator[int]:
        """`seq` of the texts that may hold all words, newest first as far as one source goes."""
        long = [term for term in self.query.terms if len(term.strip()) >= 3 and not _spaced(term)]
        if not self.query.terms:
            yield from self._filtered()
        elif long:
            sources = [self._waiting(), *(self._indexed(field, long) for field in self.fields)]
            yield from heapq.merge(*sources, reverse=True)
        else:
            yield from self._short()

    def _select(
        self, source: str, first: str, values: Iterable[Any], order: str, limit: int = -1
    ) -> Iterator[int]:
        """Read `seq` from a source, joined to its message and session, through the query's filters."""
        # A date narrows the source itself, not what was read of it.
        where = self.where.replace("m.seq", order)
        sql = f"""
          SELECT m.seq FROM {source} CROSS JOIN sessions s ON s.id = m.session_id
          WHERE {first} AND m.deleted_at IS NULL AND s.shelf = {LIST}{where} ORDER BY {order} DESC LIMIT ?"""
        for (seq,) in self.connection.execute(sql, (*values, *self.values, limit)):
            yield seq

    def _indexed(self, field: str, terms: list[str]) -> Iterator[int]:
        table = _TABLES[field]
        source = f"{table} f CROSS JOIN messages m ON m.seq = f.rowid"
        return self._select(source, f"{table} MATCH ?", (match(terms),), "f.rowid")

    def _waiting(self) -> Iterator[int]:
        return self._select("messages m", "m.indexed = 0", (), "m.seq", WAITING)

    def _filtered(self) -> Iterator[int]:
        if self.query.parameter is None:
            return self._select("messages m", "TRUE", (), "m.seq")
        source = "message_values v CROSS JOIN messages m ON m.seq = v.seq"
        return self._select(source, self.query.parameter.sql, self.query.parameter.values, "v.seq")

    def _short(self) -> Iterator[int]:
        """Texts with terms of one or two characters: the newest first, then those that the index's list names."""
        yield from self._scanned()
        # Those that the index has yet to take in, which are not in its list. They may be far back, after an import; and
        # SQLite tells upper from lower case in ASCII alone, so that the newest may not have been found either.
        yield from self._waiting()
        rest: set[int] | None = None
        for term in self.query.terms:
            listed = self._listed(term.strip().lower())
            rest = listed if rest is None else rest & listed
        for seq in sorted(rest or (), reverse=True):
            yield from self._select("messages m", "m.seq = ?", (seq,), "m.seq")

    def _scanned(self) -> Iterator[int]:
        conditions = []
        for term in self.query.terms:
            how = "instr(t.{0}, ?) > 0" if not _cased(term) else "t.{0} LIKE '%' || ? || '%'"
            conditions.append("(" + " OR ".join(how.format(field) for field in self.fields) + ")")
        sql = f"""
          SELECT seq FROM (
            SELECT m.seq AS seq FROM messages m CROSS JOIN sessions s ON s.id = m.session_id
            WHERE m.indexed <> {GROWS} AND m.deleted_at IS NULL AND s.shelf = {LIST}{self.where}
            ORDER BY m.seq DESC LIMIT {SCAN}
          ) CROSS JOIN texts t USING (seq) WHERE {" AND ".join(conditions)}"""
        terms = [term.strip() for term in self.query.terms for _ in self.fields]
        for (seq,) in self.connection.execute(sql, (*self.values, *terms)):
            yield seq

    def _listed(self, term: str) -> set[int]:
        """The texts in which three characters stand that begin with a term; all texts end in two line ends."""
        out: set[int] = set()
        for field in self.fields:
            sql = f"SELECT doc FROM {_LISTS[field]} WHERE term >= ? AND term < ?"
            out.update(doc for (doc,) in self.connection.execute(sql, (term, term + "\U0010ffff")))
        return out


def _cased(term: str) -> bool:
    return term.lower() != term.upper()


def _spaced(term: str) -> bool:
    """Whether a phrase has no three characters in a row that surely stand so in the text."""
    return all(len(word) < 3 for word in term.split())


def match(terms: list[str]) -> str:
    """The index's own query for texts that have all threes of all words."""
    threes: dict[str, None] = {}
    for term in terms:
        for word in term.split():
            found = [word[start : start + 3] for start in range(len(word) - 2)]
            step = max(1, len(found) // THREES)
            threes.update(dict.fromkeys(found[::step]))
    return " AND ".join('"' + three.replace('"', '""') + '"' for three in threes)
