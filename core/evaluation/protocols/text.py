"""Words to pictures: the names of labels, captions, queries from a CSV, and marks of a person."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from ...collection.types import Picture
from ...errors import EvaluationError
from ..csv_input import Row, read_table
from ..rankings.eval_set import Pool
from ..store import MarkStore
from .base import Declared, Draft
from .label import labelled_pictures, note_unlabelled
from .task import EvalQuery, Task, as_ids


@dataclass(frozen=True)
class WordsProtocol(Declared):
    """The name of each label asks for the pictures that bear it.

    Attributes:
        template: the sentence, ``{}`` standing for the label, underscores and dashes read as spaces.
        max_queries: at most so many are asked, drawn by the seed.
    """

    template: str = "{}"
    max_queries: int = 1000

    name: ClassVar[str] = "words"
    needs_words: ClassVar[bool] = True

    @property
    def title(self) -> str:
        """What it measures, in a few words."""
        return "the names of labels as words, pictures of the label are right"

    def build(self, pool: Pool, seed: int) -> Task:
        """The queries, the gallery and what answers each query.

        Raises:
            EvaluationError: there are fewer than two labels, or the template has no place for one.
        """
        if "{}" not in self.template:
            raise EvaluationError("The sentence needs {} where the label goes, such as “a photo of a {}”.")
        labelled = labelled_pictures(pool)
        draft = Draft(pool, as_ids([p.id for p in labelled]))
        note_unlabelled(draft, len(labelled))
        ids: dict[str, list[int]] = {}
        names: dict[str, str] = {}
        for picture in sorted(labelled, key=lambda p: p.label or ""):
            label = picture.label or ""
            words = " ".join(label.replace("_", " ").replace("-", " ").split()) or label
            text = self.template.replace("{}", words)
            ids.setdefault(text, []).append(picture.id)
            names.setdefault(text, label)
        for place, (text, members) in enumerate(ids.items()):
            draft.groups.append(as_ids(members))
            draft.add(EvalQuery(text, text, names[text]), place)
        return draft.settle(seed, self.max_queries, "No label has a picture to find.")


@dataclass(frozen=True)
class CaptionProtocol(Declared):
    """Known-item search: each caption asks for the picture that it describes.

    Pictures that share a caption word for word all answer it, and so do known copies of them.
    """

    max_queries: int = 1000

    name: ClassVar[str] = "captions"
    needs_words: ClassVar[bool] = True

    @property
    def title(self) -> str:
        """What it measures, in a few words."""
        return "known-item search: each caption asks for its own picture"

    def build(self, pool: Pool, seed: int) -> Task:
        """The queries, the gallery and what answers each query.

        Raises:
            EvaluationError: no picture has a caption, or all have the same one.
        """
        described: dict[str, list[Picture]] = {}
        for picture in pool.pictures:
            if picture.caption and picture.caption.strip():
                described.setdefault(picture.caption.strip(), []).append(picture)
        name = pool.collection.name
        if not described:
            raise EvaluationError(
                f"No picture of “{name}” has a caption. Add a CSV with the columns path,label,caption."
            )
        draft = Draft(pool, as_ids([p.id for p in pool.pictures]))
        if len(draft.gallery) < 2:
            raise EvaluationError(f"“{name}” holds one picture only, so any search would find it.")
        for place, (caption, pictures) in enumerate(sorted(described.items())):
            members = {p.id for p in pictures}
            for picture in pictures:
                members |= pool.copies.get(picture.id, frozenset())
            draft.groups.append(as_ids(members))
            draft.add(EvalQuery(caption, caption, pictures[0].label or "no label"), place)
        return draft.settle(seed, self.max_queries, "No caption has a picture to find.")


@dataclass(frozen=True)
class ExpectedAnswers:
    """A sentence and what answers it: pictures of any of the labels, ids or names. `where` is for errors."""

    text: str
    labels: tuple[str, ...] = ()
    ids: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    where: str = "The query"


@dataclass(frozen=True)
class TextProtocol(Declared):
    """Sentences with their expected answers, as `from_csv` reads them.

    Where labels say what is right, pictures without one take no part unless they are named themselves.
    """

    queries: tuple[ExpectedAnswers, ...]
    max_queries: int = 1000

    name: ClassVar[str] = "csv"
    needs_words: ClassVar[bool] = True

    @property
    def title(self) -> str:
        """What it measures, in a few words."""
        return "sentences with expected answers"

    @classmethod
    def from_csv(cls, path: Path | str) -> Self:
        """Read a CSV with the columns ``query`` and one or more of ``labels``, ``ids`` and ``names``.

        Several values in a cell are separated by semicolons.

        Raises:
            EvaluationError: the file cannot be read, has unknown columns, or a line says nothing.
        """
        table = read_table(Path(path), ("query",), ("labels", "label", "ids", "id", "names", "name"))
        return cls(tuple(_expected(row, table.name) for row in table.rows))

    @classmethod
    def restore(cls, parameters: Mapping[str, Any]) -> Self:
        """The protocol that had these parameters."""
        queries = tuple(
            ExpectedAnswers(q["text"], tuple(q["labels"]), tuple(q["ids"]), tuple(q["names"]), q["where"])
            for q in parameters["queries"]
        )
        return cls(queries, parameters["max_queries"])

    def build(self, pool: Pool, seed: int) -> Task:
        """The queries, the gallery and what answers each query.

        Raises:
            EvaluationError: a label, id or name is not in the collection, or a sentence comes twice.
        """
        by_label: dict[str, set[int]] = {}
        for picture in pool.pictures:
            if picture.label:
                by_label.setdefault(picture.label, set()).add(picture.id)
        by_name = {name: p.id for p in pool.pictures for name in p.names}
        known = {p.id for p in pool.pictures}
        answers = [_answers(query, by_label, by_name, known) for query in self.queries]
        seen: set[str] = set()
        for query in self.queries:
            if query.text in seen:
                raise EvaluationError(
                    f"{query.where} asks “{query.text}” again; put all answers in one line."
                )
            seen.add(query.text)
        gallery = known
        if any(query.labels for query in self.queries):
            gallery = set().union(*by_label.values(), *answers)
        draft = Draft(pool, as_ids(gallery))
        note_unlabelled(draft, len(gallery))
        for place, (query, found) in enumerate(zip(self.queries, answers, strict=True)):
            draft.groups.append(as_ids(found))
            draft.add(EvalQuery(query.text, query.text, "; ".join(query.labels) or "named pictures"), place)
        return draft.settle(seed, self.max_queries, "No query has a picture to find.")


@dataclass(frozen=True)
class MarksProtocol(Declared):
    """The sentences of the failure review, judged by the marks that a person gave.

    A ranking is measured on the marked pictures alone, in their order (condensed lists: Sakai,
    "Alternatives to Bpref", SIGIR 2007), as counting unjudged answers as wrong would penalise every
    search but the one that was reviewed.
    """

    max_queries: int = 1000

    name: ClassVar[str] = "marks"
    needs_words: ClassVar[bool] = True

    @property
    def title(self) -> str:
        """What it measures, in a few words."""
        return "reviewed sentences, over the answers that somebody marked"

    def build(self, pool: Pool, seed: int) -> Task:
        """The queries, the gallery and what answers each query.

        Raises:
            EvaluationError: there are no marks, or no sentence has both a right and a wrong answer.
        """
        id_of = {p.sha256: p.id for p in pool.pictures}
        marked: dict[str, dict[bool, set[int]]] = {}
        for mark in MarkStore(pool.collection.catalogue).latest():
            if mark.sha256 in id_of:
                of_query = marked.setdefault(mark.query, {True: set(), False: set()})
                of_query[mark.relevant].add(id_of[mark.sha256])
        if not marked:
            raise EvaluationError(
                f"No answer has been marked in “{pool.collection.name}” yet; review some queries first."
            )
        telling = {text: found for text, found in sorted(marked.items()) if found[True] and found[False]}
        if not telling:
            raise EvaluationError(
                "No reviewed query has both a right and a wrong answer, so that any order would be as good. "
                "Mark more answers."
            )
        judged = {text: as_ids(found[True] | found[False]) for text, found in telling.items()}
        draft = Draft(pool, as_ids({int(i) for ids in judged.values() for i in ids}))
        if len(telling) < len(marked):
            draft.notes.append(
                f"{len(marked) - len(telling):,} reviewed queries do not count: all their answers are right, "
                "or all are wrong."
            )
        for place, (text, found) in enumerate(telling.items()):
            draft.groups.append(as_ids(found[True]))
            unseen = np.setdiff1d(draft.gallery, judged[text], assume_unique=True)
            draft.add(EvalQuery(text, text, "reviewed"), place, unseen.tolist())
        return draft.settle(seed, self.max_queries, "No reviewed query has a right answer.")


def _expected(row: Row, file: str) -> ExpectedAnswers:
    where = f"Line {row.line} of {file}"
    if not row["query"]:
        raise EvaluationError(f"{where} has no query.")
    labels, names = _values(row, "label"), _values(row, "name")
    ids = _values(row, "id")
    wrong = next((one for one in ids if not one.isdecimal()), None)
    if wrong is not None:
        raise EvaluationError(f"{where} gives the id “{wrong}”, which is no number.")
    if not labels and not ids and not names:
        raise EvaluationError(f"{where} says no label, id or name that answers “{row['query']}”.")
    return ExpectedAnswers(row["query"], labels, tuple(int(one) for one in ids), names, where)


def _values(row: Row, column: str) -> tuple[str, ...]:
    cells = f"{row[column]};{row[f'{column}s']}"
    return tuple(dict.fromkeys(part.strip() for part in cells.split(";") if part.strip()))


def _answers(
    query: ExpectedAnswers, by_label: dict[str, set[int]], by_name: dict[str, int], known: set[int]
) -> set[int]:
    found: set[int] = set()
    for label in query.labels:
        if label not in by_label:
            raise EvaluationError(
                f"{query.where} asks for the label “{label}”, which no picture has{_meant(label, by_label)}."
            )
        found |= by_label[label]
    for name in query.names:
        if name not in by_name:
            raise EvaluationError(
                f"{query.where} names the picture “{name}”, which is not there{_meant(name, by_name)}."
            )
        found.add(by_name[name])
    for picture_id in query.ids:
        if picture_id not in known:
            raise EvaluationError(f"{query.where} names the picture {picture_id}, which is not there.")
        found.add(picture_id)
    return found


def _meant(word: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"; perhaps “{close[0]}” is meant" if close else ""
