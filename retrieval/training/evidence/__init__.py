"""How the evidence model was made: data, training, export, mixing, figures. See weights/MODEL_CARD.md."""

FULL, SMALL = "evidence.fp32.onnx", "evidence.onnx"
"""Names of the exported files: in full precision, to compare with, and in int8, to ship."""
