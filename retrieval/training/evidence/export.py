"""Export a trained network: ONNX in full precision and in int8, tokenizer and checksums.

python -m retrieval.training.evidence.export --weights average.safetensors --base MINILM_DIR --out DIR
"""

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from safetensors.torch import load_file
from torch import Tensor

from retrieval.training.checksums import write_checksums
from retrieval.training.evidence import FULL, SMALL
from retrieval.training.evidence.network import HEADS, Layer, Network

OPSET = 17
# In full precision: the small heads, and the first layer's second product, whose few large activations cost a scale for
# all of them (a third of the whole error of quantisation).
KEPT = ("heads", "rank", "answer", "layers.0/down")


class AttentionNode(torch.autograd.Function):
    """Attention as the one node that ONNX Runtime has for it: on two cores a row takes a fifth less time."""

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, bias: Tensor, mask: Tensor) -> Tensor:
        return torch.zeros_like(hidden)  # only traced

    @staticmethod
    def symbolic(graph: Any, hidden: Any, weight: Any, bias: Any, mask: Any) -> Any:
        node = graph.op("com.microsoft::Attention", hidden, weight, bias, mask, num_heads_i=HEADS)
        node.setType(hidden.type())
        return node


class ExportedLayer(Layer):
    """A layer as it is exported."""

    def attend(self, hidden: Tensor, mask: Tensor) -> Tensor:
        return AttentionNode.apply(hidden, self.qkv.weight.t(), self.qkv.bias, mask.to(torch.int32))


def export(network: Network, path: Path) -> None:
    """The network as ONNX in full precision, any number of rows and tokens."""
    network.eval()
    for layer in network.layers:
        layer.__class__ = ExportedLayer
    ids = torch.tensor([[101, 2054, 102, 2023, 102], [101, 2054, 102, 2023, 102]])
    segments = torch.tensor([[0, 0, 0, 1, 1]] * 2)
    axes = {0: "row", 1: "token"}
    torch.onnx.export(
        network,
        (ids, torch.ones_like(ids), segments),
        str(path),
        input_names=["ids", "mask", "segments"],
        output_names=["tokens", "rows"],
        dynamic_axes={"ids": axes, "mask": axes, "segments": axes, "tokens": axes, "rows": {0: "row"}},
        opset_version=OPSET,
        dynamo=False,
    )


def quantized(full: Path, small: Path, *, keep: tuple[str, ...] = KEPT) -> None:
    """Int8 weights, activations quantised as they come, except in what is kept in full precision."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(full, prepared, skip_symbolic_shape=True)
        graph = onnx.load(prepared).graph
        kept = [n.name for n in graph.node if n.op_type in ("MatMul", "Gemm") and any(part in n.name for part in keep)]
        # The quantiser renames each Gemm before it looks at this list.
        excluded = kept + [f"{name}_MatMul" for name in kept]
        quantize_dynamic(
            prepared,
            small,
            per_channel=True,
            reduce_range=False,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gemm", "Gather", "Attention"],
            nodes_to_exclude=excluded,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="the folder of the official all-MiniLM-L6-v2 files")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    network = Network()
    network.load_state_dict(load_file(options.weights))
    export(network, options.out / FULL)
    quantized(options.out / FULL, options.out / SMALL)
    shutil.copy(options.base / "tokenizer.json", options.out / "tokenizer.json")
    names = sorted(p.name for p in options.out.iterdir() if p.is_file() and p.name != "SHA256SUMS")
    write_checksums(options.out, names)


if __name__ == "__main__":
    main()
