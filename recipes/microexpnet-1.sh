#!/usr/bin/env bash
# Makes models/microexpnet-1.onnx anew, with models/microexpnet-2.onnx as its teacher: a quarter of an hour on two cores.
# Usage: recipes/microexpnet-1.sh FOLDER, where ferplus-train.zip and ferplus-valid.zip lie: FER2013's faces in FER+'s official layout.
# A run that is stopped goes on when the recipe is started again.
set -euo pipefail
data="$(cd "${1:?usage: recipes/microexpnet-1.sh FOLDER}" && pwd)"
root="$(cd "$(dirname "$0")/.." && pwd)"
work="$root/artifacts/microexpnet-1"
mkdir -p "$work"
dotnet run -c Release --project "$root/src/MicroExpNet.Cli" -- train \
  --data "$data/ferplus-train.zip" --votes any --validation "$data/ferplus-valid.zip" --allow-duplicates -o "$work/microexpnet-1.onnx" \
  --teacher "$root/models/microexpnet-2.onnx" --teacher-mirror --temperature 2 --lambda 0.6 --scale-by-temperature --batch-normalization \
  --architecture microexpnet --epochs 120 --batch-size 128 \
  --optimizer adamw --learning-rate 3e-3 --schedule one-cycle --average 0.999 --weight-decay 0.02 --rotation 8 --erasing 0 \
  --name microexpnet-1 --license MIT --source "MicroExpNet for .NET, recipes/microexpnet-1.sh" \
  --description "The network of the MicroExpNet paper (Cugu, Sener, Akbas, 2019), trained on faces in the wild with microexpnet-2 as its teacher"
echo "made $work/microexpnet-1.onnx"
