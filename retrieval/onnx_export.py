"""The one-time export of a BERT-like sentence encoder to ONNX, run in a process of its own.

torch costs 400 MB and seconds to import; the serving process never loads it. Run as
`python -m retrieval.onnx_export MODEL_DIR OUT_FILE`. The graph takes `input_ids`, `attention_mask` and
`token_type_ids` (all `(batch, tokens)` int64) and returns `embedding`: `(batch, dim)` float32, the mean over unmasked
tokens, L2-normalised.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from retrieval.errors import ModelExportFailed

_TIMEOUT_S = 600
"""An export takes 3-15 s; a machine that needs longer than this is stuck."""

_OPSET = 17


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def export_in_subprocess(model_dir: Path, out_file: Path) -> None:
    """Write the ONNX graph of `model_dir` to `out_file`, which appears whole or not at all.

    Raises:
        ModelExportFailed: the exporting process failed, or the folder cannot be written.
    """
    partial = out_file.with_name(f"{out_file.name}.{os.getpid()}.partial")
    try:
        out_file.parent.mkdir(parents=True, exist_ok=True)
        # This package's parent goes first on the path: the child must import the very code that started it.
        package_root = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join(filter(None, [package_root, os.environ.get("PYTHONPATH", "")]))
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-W", "ignore", "-m", "retrieval.onnx_export", str(model_dir), str(partial)],
            env={**os.environ, "PYTHONPATH": path, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT_S,
            check=False,
        )
        if done.returncode != 0:
            raise ModelExportFailed("\n".join(done.stderr.strip().splitlines()[-5:]) or f"exit {done.returncode}")
        partial.replace(out_file)
    except subprocess.TimeoutExpired as exc:
        raise ModelExportFailed(f"no result within {_TIMEOUT_S} s") from exc
    except OSError as exc:
        raise ModelExportFailed(str(exc)) from exc
    finally:
        partial.unlink(missing_ok=True)


def _export(model_dir: str, out_file: str) -> None:
    import torch
    from transformers import AutoModel

    # "eager" attention: the fused kernels of newer torch have no ONNX counterpart.
    encoder = AutoModel.from_pretrained(model_dir, attn_implementation="eager").eval()

    class Pooled(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids, attention_mask, token_type_ids):  # type: ignore[no-untyped-def]
            states = self.encoder(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state
            weights = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, p=2, dim=1)

    example = torch.ones(2, 8, dtype=torch.long)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes: dict[str, dict[int, str]] = {name: {0: "batch", 1: "tokens"} for name in names}
    axes["embedding"] = {0: "batch"}
    with torch.no_grad():
        torch.onnx.export(
            Pooled(),
            (example, example, torch.zeros_like(example)),
            out_file,
            input_names=names,
            output_names=["embedding"],
            dynamic_axes=axes,
            opset_version=_OPSET,
            dynamo=False,
        )
    with Path(out_file).open("rb") as file:
        os.fsync(file.fileno())


if __name__ == "__main__":
    _export(sys.argv[1], sys.argv[2])
