from __future__ import annotations

from datetime import UTC, date, datetime

from knowledge_base.models import Status, Verdict
from knowledge_base.starter.loading import examples, load_starter, starter_fact_checks, starter_narratives

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_the_whole_set_is_loaded_published_with_its_real_sources(store, narratives, new_id):
    assert load_starter(store, narratives, now=NOW, new_id=new_id) == 60
    assert store.count() == 60
    assert len(narratives.all()) == 8
    onion = store.find(publisher="Factline starter set (demonstration)", external_id="food-cut-onion-poison")
    assert onion.status is Status.PUBLISHED
    assert onion.verdict is Verdict.FALSE
    assert onion.published_on == onion.checked_on == date(2026, 11, 23)
    assert onion.url == ""
    assert all(source.url.startswith("http") and source.publisher for source in onion.sources)


def test_an_existing_store_is_left_alone_even_if_all_it_holds_is_a_draft(store, narratives, new_id, take_over):
    take_over(store, [{"id": "1", "claim": "Mine.", "publisher": "Me"}], publish=False)
    assert load_starter(store, narratives, now=NOW, new_id=new_id) == 0
    assert store.count(None) == 1
    assert narratives.all() == []


def test_every_narrative_a_starter_record_names_exists_and_every_record_has_a_source():
    known = {narrative.id for narrative in starter_narratives()}
    for fact_check in starter_fact_checks():
        assert fact_check.narrative_id in known | {""}, fact_check.external_id
        assert fact_check.sources, fact_check.external_id
        assert fact_check.verdict is not None
        assert set(fact_check.texts) <= {"en", "zh-TW"}
        assert all(text.headline and text.explanation for text in fact_check.texts.values())


def test_attributions_name_who_says_so_in_which_words():
    attributions = [one for narrative in starter_narratives() for one in narrative.attributions]
    assert attributions
    assert all(one.actor and one.by and one.url.startswith("http") and one.confidence_words for one in attributions)


def test_six_examples_three_in_each_language_whose_record_can_answer_in_it():
    wordings = {wording: fact_check for fact_check in starter_fact_checks() for wording in fact_check.wordings}
    assert [locale for _, locale in examples()] == ["en"] * 3 + ["zh-TW"] * 3
    for text, locale in examples():
        assert locale in wordings[text].texts
        assert ("一" <= max(text, key=lambda c: "一" <= c <= "鿿") <= "鿿") == (locale == "zh-TW")
