#!/bin/sh
# What a GPU does here: the tests marked gpu, then throughput against the CPU, appended to bench/LOG.md with date, card and
# versions. Run: sh bench/gpu.sh   (or: make gpu). Without CUDA it says so and ends with 2.
set -e
cd "$(dirname "$0")/.."
PY=${PY:-.venv/bin/python}
export OMP_WAIT_POLICY=PASSIVE HF_HUB_OFFLINE=1
if ! "$PY" -c 'import sys, torch; sys.exit(not torch.cuda.is_available())'; then
    echo "torch finds no GPU here, so there is nothing to measure. Install a CUDA build (make install TORCH=cuda) on a machine with one." >&2
    exit 2
fi
"$PY" -m pytest -q tests/gpu
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
"$PY" -m bench.throughput "$@" | tee "$rows"
{
    echo
    echo "## $(date -u +%F) On a GPU"
    echo
    "$PY" -c 'import torch, diffusers; print(torch.cuda.get_device_name(0) + ", torch", torch.__version__ + ", diffusers", diffusers.__version__ + ". \`sh bench/gpu.sh\`: the tests of tests/gpu pass; throughput, and MiB held before loading, loaded, after sending away:")'
    echo
    echo '```'
    cat "$rows"
    echo '```'
} >>bench/LOG.md
echo "Written to bench/LOG.md."
