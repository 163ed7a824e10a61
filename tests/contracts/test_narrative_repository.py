from __future__ import annotations

import pytest

from knowledge_base.models import Attribution, Narrative, Technique

RICH = Narrative(
    id="water",
    titles={"zh-TW": "水有毒", "en": "The water is poisoned"},
    descriptions={"en": "Tap water is said to be poisoned."},
    notes={"en": "Comes back each summer."},
    attributions=(
        Attribution(
            actor="Some network",
            by="Example Institute",
            url="https://example.org/report",
            confidence_words="moderate confidence",
            scope="2024",
            published_on="2024-06",
            aliases=("SN",),
            techniques=(Technique("T0001", "Flood the zone", "many copies"), Technique("T0002", "Fake experts")),
        ),
    ),
)


@pytest.fixture
def repository(ports):
    return ports.narratives


class TestNarrativeRepository:
    def test_a_storyline_comes_back_exactly_as_put(self, repository):
        repository.put(RICH)
        assert repository.get("water") == RICH
        assert list(repository.get("water").titles) == ["zh-TW", "en"]

    def test_putting_again_replaces(self, repository):
        repository.put(RICH)
        repository.put(Narrative("water", {"en": "Shorter"}))
        assert repository.all() == [Narrative("water", {"en": "Shorter"})]

    def test_all_come_by_id(self, repository):
        for name in ("b", "c", "B", "a"):
            repository.put(Narrative(name, {"en": name}))
        assert [each.id for each in repository.all()] == ["B", "a", "b", "c"]

    def test_an_unknown_one_is_none(self, repository):
        assert repository.get("nothing") is None
        assert repository.get("a\x00") is None
        assert repository.all() == []

    def test_the_version_grows_with_every_put(self, repository):
        versions = [repository.version()]
        for narrative in (RICH, Narrative("other", {"en": "x"}), RICH):
            repository.put(narrative)
            versions.append(repository.version())
        assert versions == sorted(set(versions))
        assert versions[0] == 0

    def test_what_no_engine_can_hold_is_replaced(self, repository):
        repository.put(Narrative("n", {"en": "a\x00b\ud800"}, attributions=(Attribution("x\x00", "y", "z", "w"),)))
        assert repository.get("n").titles == {"en": "ab\ufffd"}
        assert repository.get("n").attributions[0].actor == "x"
