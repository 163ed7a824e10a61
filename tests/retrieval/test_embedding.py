from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval.embedding import (
    BUNDLED_SHA256,
    MIN_COVERAGE,
    OnnxEmbeddings,
    SentenceTransformerEmbeddings,
    open_encoder,
    verify_bundled_model,
)
from retrieval.errors import ModelUnusable

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] hot lemon water cures cancer query passage : bananas attract lightning".split()


@pytest.fixture(scope="session")
def bundled(models_dir: Path) -> OnnxEmbeddings:
    return OnnxEmbeddings(models_dir, threads=1)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A two-layer BERT with random weights and a vocabulary of sixteen, saved by sentence-transformers."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules as models
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(WORDS))
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizerFast(str(vocabulary)).save_pretrained(folder / "bert")
    encoder = models.Transformer(str(folder / "bert"), max_seq_length=64)
    pooling = models.Pooling(encoder.get_embedding_dimension(), "mean")
    SentenceTransformer(modules=[encoder, pooling], device="cpu").save(str(folder / "tiny-model"))
    return folder / "tiny-model"


def test_weights_that_are_not_the_pinned_ones_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(ModelUnusable, match=BUNDLED_SHA256):
        verify_bundled_model(tmp_path)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"model\.safetensors"):
        verify_bundled_model(tmp_path)


@pytest.mark.slow
def test_a_model_that_does_not_exist_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="no/such/folder"):
        open_encoder(str(tmp_path / "no/such/folder"), models_dir=tmp_path)


@pytest.mark.slow
def test_paraphrases_are_nearer_than_strangers(bundled: OnnxEmbeddings) -> None:
    lemon, paraphrase, stranger = bundled.encode_queries(
        ["Hot lemon water cures cancer", "Drinking warm citrus water heals tumours", "The train leaves at nine"]
    )
    assert lemon @ paraphrase > 0.6
    assert lemon @ stranger < 0.2
    assert np.linalg.norm(lemon) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.slow
def test_order_and_batch_do_not_change_a_vector(bundled: OnnxEmbeddings) -> None:
    texts = [" ".join(["lemon water"] * n) for n in (30, 1, 200, 3, 90)] * 9
    together = bundled.encode_passages(texts)
    for at in (0, 1, 2, 44):
        assert together[at] @ bundled.encode_passages([texts[at]])[0] == pytest.approx(1.0, abs=1e-5)
    assert bundled.encode_passages([]).shape == (0, 384)


@pytest.mark.slow
def test_the_bundled_model_knows_english_and_not_chinese(bundled: OnnxEmbeddings) -> None:
    assert bundled.coverage("Hot lemon water cures cancer") == 1.0
    assert bundled.coverage("喝檸檬水可以治癌症") < MIN_COVERAGE
    assert bundled.coverage("") == 0.0
    assert not bundled.knows("喝檸檬水可以治癌症")


@pytest.mark.slow
def test_serving_never_loads_torch(models_dir: Path, bundled: OnnxEmbeddings) -> None:
    code = (
        "import sys; from pathlib import Path; from retrieval.embedding import OnnxEmbeddings;"
        f"OnnxEmbeddings(Path({str(models_dir)!r})).embed_query('x');"
        "print(sorted({'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_a_damaged_export_is_made_again(models_dir: Path, bundled: OnnxEmbeddings, tmp_path: Path) -> None:
    shutil.copytree(models_dir / f"all-MiniLM-L6-v2-{BUNDLED_SHA256[:12]}", tmp_path / "all-MiniLM-L6-v2-" / "x")
    folder = tmp_path / f"all-MiniLM-L6-v2-{BUNDLED_SHA256[:12]}"
    (tmp_path / "all-MiniLM-L6-v2-" / "x").rename(folder)
    (folder / "model.onnx").write_bytes(b"torn")
    again = OnnxEmbeddings(tmp_path, threads=1)
    same = again.encode_queries(["lemon water"])[0] @ bundled.encode_queries(["lemon water"])[0]
    assert same == pytest.approx(1.0, abs=1e-5)


@pytest.mark.slow
def test_the_export_agrees_with_sentence_transformers(tiny_model: Path, tmp_path: Path) -> None:
    texts = ["hot lemon water", "bananas attract lightning cures cancer water water", "cancer"]
    onnx = OnnxEmbeddings(tmp_path, model_dir=tiny_model, expected_sha256="", threads=1)
    torch = SentenceTransformerEmbeddings(str(tiny_model), models_dir=tmp_path)
    np.testing.assert_allclose(onnx.encode_passages(texts), torch.encode_passages(texts), atol=1e-4)
    assert onnx.dimension == torch.dimension == 32


@pytest.mark.slow
def test_any_local_model_works_and_says_which_languages_it_knows(tiny_model: Path, tmp_path: Path) -> None:
    encoder = open_encoder(str(tiny_model), models_dir=tmp_path)
    assert encoder.coverage("hot lemon water") == 1.0
    assert encoder.coverage("hot lemon 檸檬 水") == pytest.approx(2 / 5)
    assert len(encoder.embed_query("hot water")) == 32
    assert encoder.model_id.startswith(str(tiny_model))


@pytest.mark.slow
@pytest.mark.parametrize("source", ["prompts", "name"])
def test_queries_and_passages_get_the_prefixes_their_model_was_trained_with(
    tiny_model: Path, tmp_path: Path, source: str
) -> None:
    folder = shutil.copytree(tiny_model, tmp_path / ("tiny-e5-small" if source == "name" else "prompted"))
    if source == "prompts":
        config = folder / "config_sentence_transformers.json"
        prompts = {"query": "query: ", "passage": "passage: "}
        config.write_text(json.dumps({**json.loads(config.read_text()), "prompts": prompts}))
    prefixed = SentenceTransformerEmbeddings(str(folder), models_dir=tmp_path)
    plain = SentenceTransformerEmbeddings(str(tiny_model), models_dir=tmp_path)
    np.testing.assert_allclose(
        prefixed.encode_queries(["hot water"]), plain.encode_queries(["query: hot water"]), atol=1e-5
    )
    np.testing.assert_allclose(
        prefixed.encode_passages(["hot water"]), plain.encode_passages(["passage: hot water"]), atol=1e-5
    )


@pytest.mark.slow
def test_only_the_beginning_of_an_endless_message_is_embedded(bundled: OnnxEmbeddings) -> None:
    beginning = " ".join(["lemon"] * 126)  # with [CLS] and [SEP] the 128 tokens that are read
    long, short = bundled.encode_queries([beginning + " bananas" * 500, beginning])
    assert long @ short == pytest.approx(1.0, abs=1e-5)
