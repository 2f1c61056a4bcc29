#!/usr/bin/env bash
# Runs the tests of kernels, layers and hostile sizes in a build that puts unreadable pages around every block of the kernels' memory:
# a read or write outside ends the test program at once. Then it mutates models, graphs and data for a while (tests/MicroExpNet.Fuzz).
#
#   tests/guarded.sh              everything, on this processor's instructions and on narrower ones; about two minutes
#   tests/guarded.sh 60           the same, with an hour of mutations
set -euo pipefail
cd "$(dirname "$0")/.."
minutes="${1:-0.3}"
build() { dotnet build "tests/$1" -p:GuardPages=true --artifacts-path artifacts/guarded --nologo -v quiet; }
build MicroExpNet.Tests
build MicroExpNet.Training.Tests
build MicroExpNet.Fuzz

# What tests say of threads and allocations does not depend on memory, and takes long here.
kernels() {
  artifacts/guarded/bin/MicroExpNet.Tests/debug/MicroExpNet.Tests --no-ansi --progress off --filter-namespace 'MicroExpNet.Tests.Inference*' MicroExpNet.Tests.Detection \
    --filter-not-method '*.Many_threads_at_once*' '*.After_the_first_call_nothing*' '*.A_frame_after_the_first*'
}

fuzz=artifacts/guarded/bin/MicroExpNet.Fuzz/debug/MicroExpNet.Fuzz
if bash -c "ulimit -c 0; exec '$fuzz' --write-outside" >/dev/null 2>&1; then echo "the guard pages let a write outside pass" >&2; exit 1; fi
kernels
DOTNET_EnableAVX512=0 kernels
artifacts/guarded/bin/MicroExpNet.Training.Tests/debug/MicroExpNet.Training.Tests --no-ansi --progress off --filter-namespace 'MicroExpNet.Training.Tests.Layers*'
"$fuzz" --minutes "$minutes" --seed "${RANDOM}"
