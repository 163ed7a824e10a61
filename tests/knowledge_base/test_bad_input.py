"""Every broken file: a clear reason, the right place, and nothing else lost."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from datetime import UTC, datetime
from itertools import chain, repeat

import pytest

from knowledge_base.exchange.errors import UnreadableFile
from knowledge_base.exchange.importing import import_file, read_fact_checks
from knowledge_base.exchange.lines import MAX_LINE_BYTES

CSV_HEAD = b"id,claim,publisher\r\n"


def line(number: int, claim: str = "C.") -> bytes:
    return json.dumps({"id": str(number), "claim": claim, "publisher": "P"}).encode() + b"\n"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"\xff\xfe\n", "not valid UTF-8"),
        (b'{"id": "x", "claim": "\xe4\xb8"}\n', "not valid UTF-8"),
        (b'{"id": "x", "claim": "C", \n', "not valid JSON"),
        (b'{"id": "x", "claim": NaN, "publisher": "P"}\n', "NaN is not JSON"),
        (b"[" * 200_000 + b"\n", "nested too deeply"),
        (b'{"a":' * 200_000 + b"\n", "nested too deeply"),
        (b'"just a text"\n', "not a JSON object"),
        (b"1" * 10_000 + b"\n", "not valid JSON"),
        (b'{"id": "x", "claim": "a\\u0000b", "publisher": "P"}\n', "NUL"),
        (b'{"id": "x", "claim": "a\x00b", "publisher": "P"}\n', "not valid JSON"),
        (b'{"id": "x", "claim": "a\\ud800b", "publisher": "P"}\n', "lone surrogate"),
        (b'{"id": "x", "claim": "C", "publisher": "P", "topics": ["\\udfff"]}\n', "lone surrogate"),
        (b'{"id": "x", "publisher": "P"}\n', 'no "claim"'),
        (b'{"id": "x", "claim": "  ", "publisher": "P"}\n', 'no "claim"'),
        (b'{"id": "x", "claim": ["a"], "publisher": "P"}\n', '"claim" must be text, not a list'),
        (b'{"id": "x", "claim": {"English": "a"}, "publisher": "P"}\n', "not a language tag"),
        (b'{"id": "x", "claim": "C", "publisher": "P", "status": "live"}\n', '"status" is'),
        (b'{"id": "x", "claim": "C", "publisher": "P", "sources": [7]}\n', '"sources" must be'),
    ],
)
def test_a_bad_line_is_named_and_its_neighbours_are_stored(store, take_over, bad, reason):
    report = take_over(store, line(1) + bad + line(3), file_format="jsonl")
    assert report.added == 2
    (rejection,) = report.rejected
    assert rejection.line == 2
    assert reason in rejection.reason


def test_a_line_over_ten_megabytes_is_rejected_without_being_held(store, take_over, tmp_path, new_id):
    path = tmp_path / "long.jsonl"
    with path.open("wb") as out:
        out.write(line(1) + b'{"id": "2", "claim": "')
        for _ in range(40):
            out.write(b"x" * (1 << 20))
        out.write(b'"}\n' + line(3))
    tracemalloc.start()
    now = datetime(2026, 1, 1, tzinfo=UTC)
    report = import_file(path, repository=store, publish=True, editor="e", now=now, new_id=new_id)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (report.added, [(one.line, one.reason) for one in report.rejected]) == (2, [(2, "longer than 10 MB")])
    assert peak < 3 * MAX_LINE_BYTES


def test_a_line_of_exactly_the_limit_is_taken(store, take_over):
    frame = len(line(1, ""))
    exact = line(1, "x" * (MAX_LINE_BYTES - frame + 1))
    assert len(exact) == MAX_LINE_BYTES + 1
    assert take_over(store, exact).added == 1
    over = line(2, "x" * (MAX_LINE_BYTES - frame + 2))
    assert take_over(store, over, file_format="jsonl").rejected_count == 1


def test_a_file_cut_off_in_its_last_line_keeps_the_rest(store, take_over):
    report = take_over(store, line(1) + line(2)[:20])
    assert (report.added, report.rejected[0].line) == (1, 2)


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \r\n"])
@pytest.mark.parametrize("file_format", ["auto", "jsonl", "csv", "claimreview"])
def test_an_empty_file_says_so(store, take_over, content, file_format):
    with pytest.raises(UnreadableFile, match="the file is empty"):
        take_over(store, content, file_format=file_format)


def test_byte_order_mark_and_windows_line_ends_are_no_obstacle(store, take_over):
    content = b"\xef\xbb\xbf" + (line(1) + line(2)).replace(b"\n", b"\r\n")
    assert take_over(store, content).added == 2
    rows = b"\xef\xbb\xbf" + CSV_HEAD + b"3,C.,P\r\n"
    assert take_over(store, rows).added == 1


def test_a_gzipped_file_is_read_and_a_cut_off_one_keeps_what_came_before(store, empty_store, take_over):
    packed = gzip.compress(b"".join(line(n, str(n) * 200) for n in range(1500)))
    assert take_over(store, packed).added == 1500
    other = empty_store()
    report = take_over(other, packed[: len(packed) // 2])
    assert report.added == other.count() > 100
    assert "compressed file ends too early" in report.rejected[-1].reason


def test_a_compression_bomb_is_one_rejected_line(store, take_over):
    report = take_over(store, gzip.compress(line(1) + b"x" * 50_000_000 + b"\n" + line(2)))
    assert (report.added, report.rejected[0].reason) == (2, "longer than 10 MB")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"2,\xff,P\r\n", "not valid UTF-8"),
        (b'2,"never closed,P\r\n', "never closed"),
        (b'2,"a" b,P\r\n', "never closed"),
        (b"2,C.,P,more,cells\r\n", "5 cells, but the first line names 3"),
        (b"2,,P\r\n", 'no "claim"'),
        (b"2,a\x00b,P\r\n", "NUL"),
        (b"2," + b"x" * (MAX_LINE_BYTES + 1) + b",P\r\n", "longer than 10 MB"),
    ],
)
def test_a_bad_row_is_named_and_its_neighbours_are_stored(store, take_over, bad, reason):
    report = take_over(store, CSV_HEAD + b"1,C.,P\r\n" + bad + b"3,C.,P\r\n4,C.,P\r\n", file_format="csv")
    assert report.added == 3
    (rejection,) = report.rejected
    assert rejection.line == 3
    assert reason in rejection.reason


def test_a_long_cell_is_no_problem(store, take_over):
    assert take_over(store, CSV_HEAD + b"1," + b"x" * 500_000 + b",P\r\n").added == 1


def test_a_table_without_a_claim_column_says_so(store, take_over):
    with pytest.raises(UnreadableFile, match='no column "claim"'):
        take_over(store, b"a,b\r\n1,2\r\n")
    with pytest.raises(UnreadableFile, match="UTF-8"):
        take_over(store, b"cl\xffaim,b\r\n1,2\r\n")


def review(claim: str) -> str:
    author = {"@type": "Organization", "name": "P"}
    return json.dumps(
        {"@type": "ClaimReview", "claimReviewed": claim, "url": f"https://p.example/{claim}", "author": author}
    )


def test_one_bad_element_of_a_feed_costs_itself_alone(store, take_over):
    elements = [
        review("A").encode(),
        b'{"@type": "ClaimReview", "claimReviewed": "\xff"}',
        b'{"@type": "ClaimReview" "claimReviewed": 1}',
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"claimReviewed": "' + b"x" * (MAX_LINE_BYTES + 5) + b'"}',
        b'{"@type": "ClaimReview", "claimReviewed": "\\ud800", "author": "P"}',
        b'{"@type": "ClaimReview", "claimReviewed": "n", "author": "P", "x": 1e999}',
        review("B").encode(),
    ]
    report = take_over(store, b"[" + b",\n".join(elements) + b"]")
    assert report.added == 3
    assert [(one.line, one.unit) for one in report.rejected] == [(n, "record") for n in (2, 3, 4, 5, 6)]
    reasons = [one.reason for one in report.rejected]
    for reason, expected in zip(reasons, ("UTF-8", "not valid JSON", "too deeply", "10 MB", "surrogate"), strict=True):
        assert expected in reason


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_a_feed_cut_off_keeps_what_is_whole(store, take_over, cut):
    document = json.dumps({"@type": "DataFeed", "dataFeedElement": [{"item": [json.loads(review(c))]} for c in "ABC"]})
    report = take_over(store, document.encode()[:-cut])
    assert report.added >= 1
    assert report.rejected[-1].reason == "the file ends in the middle of this record"


@pytest.mark.parametrize(
    "content", [b"[" * 300_000, b'{"@graph":' * 50_000, b"]]]}}}" * 100, b'["', b"{", b"[1, 2, null]"]
)
def test_nonsense_ends_in_a_report_not_in_a_crash(store, take_over, content):
    report = take_over(store, content, file_format="claimreview")
    assert report.stored == 0


def test_a_large_feed_does_not_grow_in_memory():
    class Endless(io.RawIOBase):
        """A feed of 6 MB that exists only while it is read."""

        def __init__(self) -> None:
            element = b'{"item": null, "x": "' + b"y" * 1000 + b'"},'
            self.pieces = chain([b'{"dataFeedElement": ['], repeat(element, 6_000), [b'{"item": null}]}'])
            self.left = b""

        def readable(self) -> bool:
            return True

        def readinto(self, buffer) -> int:
            while len(self.left) < len(buffer) and (piece := next(self.pieces, None)):
                self.left += piece
            taken, self.left = self.left[: len(buffer)], self.left[len(buffer) :]
            buffer[: len(taken)] = taken
            return len(taken)

    stream = Endless()
    tracemalloc.start()
    assert list(read_fact_checks(stream, file_format="claimreview")) == []
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_500_000
