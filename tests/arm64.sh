#!/usr/bin/env bash
# Builds the core's tests for 64-bit ARM and runs those of kernels, detector and imaging under emulation, on Debian of another processor.
#
#   tests/arm64.sh                                          these tests
#   tests/arm64.sh --filter-class '*.NetworkTests'          others: the test program's own options
#   QEMU_CPU=cortex-a57 tests/arm64.sh                      a processor without the newer instructions
#
# It needs the .NET SDK and qemu-user. The libraries of an ARM system are downloaded to artifacts/arm64; nothing is installed.
# Tests that need ONNX Runtime are left out: it does not run under the emulator.
set -euo pipefail
cd "$(dirname "$0")/.."
qemu="$(command -v qemu-aarch64-static || command -v qemu-aarch64)" || { echo "the emulator is missing; install it: apt-get install qemu-user" >&2; exit 1; }
system="$PWD/artifacts/arm64"

if [ ! -e "$system/root/lib/ld-linux-aarch64.so.1" ]; then
  rm -rf "$system" && mkdir -p "$system/lists/partial" "$system/cache" "$system/packages" "$system/new"
  apt=(apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o "Dir::State::Lists=$system/lists" -o "Dir::Cache=$system/cache" -o APT::Sandbox::User="")
  "${apt[@]}" update
  (cd "$system/packages" && "${apt[@]}" download libc6 libgcc-s1 libstdc++6 && { "${apt[@]}" download libssl3 2>/dev/null || "${apt[@]}" download libssl3t64; })
  for package in "$system"/packages/*.deb; do dpkg-deb --extract "$package" "$system/new"; done
  mv "$system/new" "$system/root"
fi

dotnet publish tests/MicroExpNet.Tests -c Release -r linux-arm64 --self-contained --nologo -v quiet

# The emulator does not see code that is written through a second mapping of its memory.
export DOTNET_EnableWriteXorExecute=0 DOTNET_TieredPGO=0 QEMU_LD_PREFIX="$system/root"

# What tests say of threads and allocations does not depend on instructions, and takes long here.
[ $# -gt 0 ] || set -- --filter-namespace 'MicroExpNet.Tests.Inference*' MicroExpNet.Tests.Detection MicroExpNet.Tests.Imaging \
  --filter-not-method '*.Many_threads_at_once*' '*.After_the_first_call_nothing*' '*.A_frame_after_the_first*'
exec "$qemu" artifacts/publish/MicroExpNet.Tests/release_linux-arm64/MicroExpNet.Tests --no-ansi "$@"
