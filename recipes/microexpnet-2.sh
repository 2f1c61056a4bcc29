#!/usr/bin/env bash
# Makes models/microexpnet-2.onnx anew: a teacher (half an hour on two cores), its logits, the student (half an hour).
# Usage: recipes/microexpnet-2.sh FOLDER, where ferplus-train.zip and ferplus-valid.zip lie: FER2013's faces in FER+'s official layout.
# A run that is stopped goes on when the recipe is started again.
set -euo pipefail
data="$(cd "${1:?usage: recipes/microexpnet-2.sh FOLDER}" && pwd)"
root="$(cd "$(dirname "$0")/.." && pwd)"
work="$root/artifacts/microexpnet-2"
mkdir -p "$work"
mexp() { dotnet run -c Release --project "$root/src/MicroExpNet.Cli" -- "$@"; }

[ -f "$work/teacher.onnx" ] || mexp train --data "$data/ferplus-train.zip" --validation "$data/ferplus-valid.zip" --allow-duplicates -o "$work/teacher.onnx" \
  --architecture residual --widths 32,64,128 --blocks 2 --epochs 26 --batch-size 128 \
  --optimizer adamw --learning-rate 3e-3 --schedule one-cycle --average 0.998 --weight-decay 0.05 --seed 7

[ -f "$work/logits.csv" ] || mexp teach --teacher "$work/teacher.onnx" --teacher-mirror --data "$data/ferplus-train.zip" --votes any -o "$work/logits.csv"

mexp train --data "$data/ferplus-train.zip" --votes any --validation "$data/ferplus-valid.zip" --allow-duplicates -o "$work/microexpnet-2.onnx" \
  --teacher-logits "$work/logits.csv" --temperature 2 --lambda 0.6 --scale-by-temperature \
  --architecture residual --widths 16,32,80 --blocks 2 --epochs 70 --batch-size 128 \
  --optimizer adamw --learning-rate 4e-3 --schedule one-cycle --average 0.999 --weight-decay 0.02 --rotation 8 --erasing 0 \
  --name microexpnet-2 --license MIT --source "MicroExpNet for .NET, recipes/microexpnet-2.sh" \
  --description "Tells eight expressions of faces in the wild from 48x48 grey pixels: a residual network of 242,072 parameters, distilled from a larger one"
echo "made $work/microexpnet-2.onnx"
