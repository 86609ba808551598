"""The evidence network: the all-MiniLM-L6-v2 encoder with heads for ranking, answerability, sentences and spans."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

LAYERS, WIDTH, HEADS, INNER = 6, 384, 12, 1536
SEP = 102


class Layer(nn.Module):
    """A BERT layer with one fused projection for query, key and value.

    Attention is written out: on a CPU torch's fused attention takes three times as long going backward.
    """

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)

    def attend(self, hidden: Tensor, mask: Tensor) -> Tensor:
        rows, length, _ = hidden.shape
        query, key, value = (
            part.reshape(rows, length, HEADS, WIDTH // HEADS).transpose(1, 2)
            for part in self.qkv(hidden).split(WIDTH, dim=-1)
        )
        bias = (1.0 - mask[:, None, None, :].to(query.dtype)) * -10000.0
        weights = (query @ key.transpose(-1, -2)) * (WIDTH // HEADS) ** -0.5 + bias
        return (torch.softmax(weights, dim=-1) @ value).transpose(1, 2).reshape(rows, length, WIDTH)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        hidden = self.norm1(hidden + self.out(self.attend(hidden, mask)))
        return self.norm2(hidden + self.down(nn.functional.gelu(self.up(hidden))))


class Network(nn.Module):
    """`forward(ids, mask, segments)` gives token outputs (rows, tokens, 4) and row outputs (rows, 2).

    Token channels: sentence mean, sentence peak, span start, span end. Row outputs: rank, answerable.
    """

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(30522, WIDTH)
        self.places = nn.Embedding(512, WIDTH)
        self.segments = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        # The fifth channel, read on the question's tokens, says how far a word of the question lacks support.
        self.token_heads = nn.Linear(WIDTH, 5)
        self.rank_inner = nn.Linear(WIDTH, WIDTH)
        self.rank = nn.Linear(WIDTH, 1)
        self.answer_inner = nn.Linear(WIDTH, WIDTH)
        self.answer = nn.Linear(WIDTH + 3, 1)

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> tuple[Tensor, Tensor]:
        places = torch.arange(ids.shape[1], device=ids.device)
        hidden = self.norm(self.words(ids) + self.places(places) + self.segments(segments))
        for layer in self.layers:
            hidden = layer(hidden, mask)
        first = hidden[:, 0]
        tokens = self.token_heads(hidden).float()
        passage = ((segments == 1) & (mask == 1) & (ids != SEP)).to(tokens.dtype)
        question = ((segments == 0) & (mask == 1)).to(tokens.dtype)
        outside, unasked = (1.0 - passage) * -100.0, (1.0 - question) * -100.0
        peak = (tokens[..., 1] + outside).amax(1)
        span = (
            (tokens[..., 2] + outside).amax(1) + (tokens[..., 3] + outside).amax(1) - tokens[:, 0, 2] - tokens[:, 0, 3]
        )
        lacking = (tokens[..., 4] + unasked).amax(1)
        features = torch.stack((peak, 0.25 * span, lacking), dim=-1)
        rank = self.rank(torch.tanh(self.rank_inner(first))).float()
        inner = torch.tanh(self.answer_inner(first)).float()
        answer = self.answer(torch.cat((inner, features), dim=-1)).float()
        return tokens[..., :4], torch.cat((rank, answer), dim=-1)


def from_minilm(folder: Path) -> Network:
    """The network with the encoder of the official all-MiniLM-L6-v2 safetensors and fresh heads."""
    official = load_file(folder / "model.safetensors")
    official = {name.removeprefix("bert."): tensor for name, tensor in official.items()}
    if json.loads((folder / "config.json").read_text("utf-8"))["num_hidden_layers"] != LAYERS:
        raise ValueError(f"{folder} holds no 6-layer MiniLM: point at the folder of all-MiniLM-L6-v2")
    state = {
        "words.weight": official["embeddings.word_embeddings.weight"],
        "places.weight": official["embeddings.position_embeddings.weight"],
        "segments.weight": official["embeddings.token_type_embeddings.weight"],
        "norm.weight": official["embeddings.LayerNorm.weight"],
        "norm.bias": official["embeddings.LayerNorm.bias"],
    }
    names = {
        "out": "attention.output.dense",
        "norm1": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm2": "output.LayerNorm",
    }
    for index in range(LAYERS):
        theirs = f"encoder.layer.{index}."
        for kind in ("weight", "bias"):
            state[f"layers.{index}.qkv.{kind}"] = torch.cat(
                [official[f"{theirs}attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            )
            for mine, name in names.items():
                state[f"layers.{index}.{mine}.{kind}"] = official[f"{theirs}{name}.{kind}"]
    network = Network()
    missing, unexpected = network.load_state_dict(state, strict=False)
    if unexpected or any(name.split(".")[0] in ("words", "places", "segments", "norm", "layers") for name in missing):
        raise ValueError(f"the weights in {folder} do not fit: missing {missing}, unexpected {unexpected}")
    return network
