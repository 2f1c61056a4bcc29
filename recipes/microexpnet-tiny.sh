#!/usr/bin/env bash
# Trains a network of half the paper's time, with models/microexpnet-2.onnx as its teacher: a quarter of an hour on two cores.
# Usage: recipes/microexpnet-tiny.sh FOLDER, where ferplus-train.zip and ferplus-valid.zip lie: FER2013's faces in FER+'s official layout.
# A run that is stopped goes on when the recipe is started again.
set -euo pipefail
data="$(cd "${1:?usage: recipes/microexpnet-tiny.sh FOLDER}" && pwd)"
root="$(cd "$(dirname "$0")/.." && pwd)"
work="$root/artifacts/microexpnet-tiny"
mkdir -p "$work"
mexp() { dotnet run -c Release --project "$root/src/MicroExpNet.Cli" -- "$@"; }

[ -f "$work/logits.csv" ] || mexp teach --teacher "$root/models/microexpnet-2.onnx" --teacher-mirror --data "$data/ferplus-train.zip" \
  --votes any -o "$work/logits.csv"

mexp train --data "$data/ferplus-train.zip" --votes any --validation "$data/ferplus-valid.zip" --allow-duplicates \
  -o "$work/microexpnet-tiny.onnx" --teacher-logits "$work/logits.csv" --temperature 2 --lambda 0.8 --scale-by-temperature \
  --architecture tiny --epochs 120 --batch-size 128 \
  --optimizer adamw --learning-rate 1e-2 --schedule one-cycle --average 0.999 --weight-decay 0.01 --rotation 8 --erasing 0 \
  --name microexpnet-tiny --license MIT --source "MicroExpNet for .NET, recipes/microexpnet-tiny.sh" \
  --description "Tells eight expressions of faces in the wild from 48x48 grey pixels in half the time of the paper's network"
echo "made $work/microexpnet-tiny.onnx"
