"""Train the evidence model: one small cross-encoder that is to take the place of `retrieval.evidence.EmbeddingEvidence`.

`train`, then `export`, `calibrate`, `evaluate`; `errors` lists mistakes for reading. TRIED.md says what was tried. The
first model did not beat what it is to replace, so its weights are not part of this version.
"""
