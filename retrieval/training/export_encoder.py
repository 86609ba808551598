"""Export the sentence encoder: official all-MiniLM-L6-v2 safetensors to one int8 ONNX file.

    python -m retrieval.training.export_encoder MODEL_DIR --data DATA_DIR

MODEL_DIR holds model.safetensors, config.json and tokenizer.json. Mean pooling over the attention mask and L2
normalisation are part of the graph. Weights are quantised to int8 per channel (dynamic quantisation), and the cosine
to the fp32 model is printed over 1,000 sentences of DATA_DIR; nothing is written where its mean is below 0.99.
"""

import argparse
import gzip
import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.preprocess import quant_pre_process
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from retrieval.encoder import WEIGHTS, Encoder
from retrieval.sentences import sentence_spans
from retrieval.training.checksums import write_checksums

SAFETENSORS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LOWEST_MEAN_COSINE = 0.99
WORD_DIMENSIONS = 96
FIRST_WORD = 1000  # the word pieces before it are markers and unused


class SentenceEncoder(nn.Module):
    """BERT, mean pooling, L2 normalisation: (batch, tokens) ids and mask to (batch, 384) unit vectors."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        return nn.functional.normalize(mean, dim=1)


def load(folder: Path) -> SentenceEncoder:
    weights = folder / "model.safetensors"
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    if found != SAFETENSORS_SHA256:
        raise SystemExit(f"{weights} has SHA-256 {found}, expected {SAFETENSORS_SHA256}: use the official file")
    config = BertConfig.from_json_file(str(folder / "config.json"))
    config._attn_implementation = "eager"  # plain MatMul and Softmax nodes quantise; a fused attention does not
    model = BertModel.from_pretrained(str(folder), config=config, add_pooling_layer=False, local_files_only=True)
    return SentenceEncoder(model).eval()


def export(model: SentenceEncoder, path: Path) -> None:
    ids = torch.ones((2, 9), dtype=torch.int64)
    axes = {0: "batch", 1: "tokens"}
    torch.onnx.export(
        model,
        (ids, torch.ones_like(ids)),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["embedding"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "embedding": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )


def word_table(model: SentenceEncoder) -> np.ndarray:
    """The encoder's input embeddings as (word pieces, 96) int8: what each piece is near in meaning to, by itself.

    Less their common mean, turned to their 96 principal axes, scaled to length 127.
    """
    table = model.bert.embeddings.word_embeddings.weight.detach().numpy().astype(np.float64)
    table = table - table[FIRST_WORD:].mean(0)
    _, axes = np.linalg.eigh(table[FIRST_WORD:].T @ table[FIRST_WORD:])
    table = table @ axes[:, -WORD_DIMENSIONS:]
    table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    return np.round(127 * table).astype(np.int8)


def quantise(source: Path, target: Path) -> None:
    """int8 weights: MatMul per channel, the word embeddings per tensor."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        quantize_dynamic(
            prepared,
            target,
            per_channel=True,
            reduce_range=False,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
            extra_options={"MatMulConstBOnly": True},
        )
    onnx.checker.check_model(str(target))


def sample_sentences(data: Path, count: int) -> list[str]:
    sentences: list[str] = []
    for file in sorted((data / "reading").glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                text = json.loads(line).get("text", "")
                sentences += [text[start:end] for start, end in sentence_spans(text)]
    rng = np.random.default_rng(0)
    return [sentences[i] for i in rng.choice(len(sentences), size=count, replace=False)]


def cosines(model: SentenceEncoder, embeddings: Encoder, sentences: list[str]) -> np.ndarray:
    values = []
    for sentence in sentences:
        tokens = embeddings.tokenizer.encode(sentence)
        with torch.no_grad():
            reference = model(torch.tensor([tokens.ids]), torch.tensor([tokens.attention_mask]))[0].numpy()
        values.append(float(reference @ np.asarray(embeddings.embed_query(sentence))))
    return np.array(values)


def main() -> None:
    torch.set_num_threads(1)  # one sentence at a time: more threads only wait for one another
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="folder with model.safetensors, config.json, tokenizer.json")
    parser.add_argument("--data", type=Path, required=True, help="folder with reading/*.jsonl.gz")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    model = load(arguments.model)
    with tempfile.TemporaryDirectory() as folder:
        plain, small = Path(folder) / "encoder.fp32.onnx", Path(folder) / "encoder.onnx"
        export(model, plain)
        quantise(plain, small)
        session = onnxruntime.InferenceSession(str(small), providers=["CPUExecutionProvider"])
        embeddings = Encoder.from_parts(session, arguments.model / "tokenizer.json")
        values = cosines(model, embeddings, sample_sentences(arguments.data, 1000))
        print(
            f"cosine int8 to fp32, 1,000 sentences: mean {values.mean():.4f}, 1st percentile "
            f"{np.percentile(values, 1):.4f}, least {values.min():.4f}; {small.stat().st_size / 1e6:.1f} MB"
        )
        if values.mean() < LOWEST_MEAN_COSINE:
            raise SystemExit(f"mean cosine below {LOWEST_MEAN_COSINE}: nothing written")
        arguments.out.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(small, arguments.out / "encoder.onnx")
        shutil.copyfile(arguments.model / "tokenizer.json", arguments.out / "tokenizer.json")
        np.save(arguments.out / "words.npy", word_table(model), allow_pickle=False)
    write_checksums(arguments.out, ("encoder.onnx", "tokenizer.json", "words.npy"))


if __name__ == "__main__":
    main()
