"""How a fact-check comes to be published, corrected and retracted. Pure: values in, a decision out.

    draft --submit--> in_review --publish--> published --correct--> published (a new revision, its reason kept)
      ^------send back----'                      '------retract---> retracted (for good)

A published record is never a draft again, so that what people were told never silently disappears: a correction is
proposed beside it, and becomes the record when a second person approves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from knowledge_base.lint import LintProblem
from knowledge_base.models import FactCheck, Revision, Status


class Act(StrEnum):
    """What can be done to a fact-check."""

    SAVE = "save"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    PUBLISH = "publish"
    PROPOSE = "propose"
    CORRECT = "correct"
    RETRACT = "retract"


class Refusal(StrEnum):
    """Why an act is refused, by key; the words are in the catalogs."""

    WRONG_STATE = "wrong_state"  # the act does not exist for the state the record is in
    OWN_WORK = "own_work"  # the two-person rule: whoever wrote the words cannot approve them
    REASON_MISSING = "reason_missing"
    LINT = "lint"  # a hard rule is broken; `Decision.problems` says which
    NOTHING_CHANGED = "nothing_changed"  # a correction that corrects nothing


_TRANSITIONS: dict[tuple[Act, Status], Status] = {
    (Act.SAVE, Status.DRAFT): Status.DRAFT,
    (Act.SAVE, Status.IN_REVIEW): Status.IN_REVIEW,
    (Act.SUBMIT, Status.DRAFT): Status.IN_REVIEW,
    (Act.SEND_BACK, Status.IN_REVIEW): Status.DRAFT,
    (Act.PUBLISH, Status.IN_REVIEW): Status.PUBLISHED,
    (Act.PROPOSE, Status.PUBLISHED): Status.PUBLISHED,
    (Act.CORRECT, Status.PUBLISHED): Status.PUBLISHED,
    (Act.RETRACT, Status.PUBLISHED): Status.RETRACTED,
}
_NEEDS_REASON = frozenset({Act.SEND_BACK, Act.PROPOSE, Act.CORRECT, Act.RETRACT})
_NEEDS_SECOND_PERSON = frozenset({Act.PUBLISH, Act.CORRECT})
_MAKES_PUBLIC = frozenset({Act.PUBLISH, Act.CORRECT})


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of an act: the next status, or every reason why it is refused."""

    status: Status | None
    refusals: tuple[Refusal, ...] = ()
    problems: tuple[LintProblem, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether it may be done."""
        return not self.refusals


def decide(
    act: Act,
    status: Status,
    *,
    actor: str,
    author: str,
    reason: str = "",
    problems: Iterable[LintProblem] = (),
    changes_something: bool = True,
    single_editor: bool = False,
) -> Decision:
    """Return whether `actor` may do `act` to a record in `status`, and what its status will be.

    Args:
        act: what is to be done.
        status: where the record stands; `Status.DRAFT` for one that does not exist yet.
        actor: who wants it, the editor's id.
        author: who wrote the words that would be made public; see `author_of`.
        reason: why; needed to send back, correct and retract.
        problems: what lint found in the words that would be made public.
        changes_something: whether a correction differs from what is published.
        single_editor: whether one person runs this alone; the two-person rule is then off, and a draft can be
            published without a review.
    """
    problems = tuple(problems)
    goal = _TRANSITIONS.get((act, status))
    if single_editor and (act, status) == (Act.PUBLISH, Status.DRAFT):
        goal = Status.PUBLISHED
    if goal is None:
        return Decision(None, (Refusal.WRONG_STATE,))
    refusals = []
    if act in _NEEDS_SECOND_PERSON and not single_editor and actor == author:
        refusals.append(Refusal.OWN_WORK)
    if act in _NEEDS_REASON and not reason.strip():
        refusals.append(Refusal.REASON_MISSING)
    if act in _MAKES_PUBLIC and any(problem.is_hard for problem in problems):
        refusals.append(Refusal.LINT)
    if act in (Act.PROPOSE, Act.CORRECT) and not changes_something:
        refusals.append(Refusal.NOTHING_CHANGED)
    return Decision(None if refusals else goal, tuple(refusals), problems)


def possible_acts(status: Status, *, single_editor: bool = False) -> tuple[Act, ...]:
    """Return the acts that exist for a status, whoever wants them."""
    acts = [act for act, begins in _TRANSITIONS if begins is status]
    if single_editor and status is Status.DRAFT:
        acts.append(Act.PUBLISH)
    return tuple(acts)


def is_same_content(left: FactCheck, right: FactCheck) -> bool:
    """Whether two states say the same; status, revision and dates of publishing and checking aside."""
    return _content(left) == _content(right)


def _content(fact_check: FactCheck) -> tuple[FactCheck, tuple[str, ...]]:
    bare = replace(fact_check, status=Status.DRAFT, revision=0, published_on=None, checked_on=None)
    return bare, tuple(fact_check.texts)  # dicts compare without order; the editors' order is content


def is_same_answer(left: FactCheck, right: FactCheck) -> bool:
    """Whether readers of both were told the same; wordings, topics and the like only help to find it."""
    return is_same_content(_told(left), _told(right))


def _told(fact_check: FactCheck) -> FactCheck:
    return replace(fact_check, wordings=(), claim_urls=(), topics=(), narrative_id="", external_id="")


def author_of(revisions: Sequence[Revision]) -> str:
    """Return who made the latest change to what a record says, "" for no history: the one who may not approve it."""
    author, before = "", None
    for revision in revisions:
        if before is None or not is_same_content(before, revision.snapshot):
            author = revision.editor
        before = revision.snapshot
    return author


def as_published(fact_check: FactCheck, today: date) -> FactCheck:
    """Return `fact_check` as it is first published: dated today where nobody dated it."""
    return replace(
        fact_check,
        status=Status.PUBLISHED,
        published_on=fact_check.published_on or today,
        checked_on=fact_check.checked_on or today,
    )
