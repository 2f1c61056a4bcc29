#!/usr/bin/env bash
# Makes a candidate for microexpnet-3: three teachers, the mean of their logits over mirror images, a student of more and degraded faces,
# and its 8-bit model. Five hours on two cores; stop it at any time, and start it again to go on.
# Usage: recipes/microexpnet-3.sh FOLDER, where ferplus-train.zip, ferplus-valid.zip (FER2013's faces in FER+'s official layout) and
# wild-train.zip (faces in a folder for each class) lie.
set -euo pipefail
data="$(cd "${1:?usage: recipes/microexpnet-3.sh FOLDER}" && pwd)"
root="$(cd "$(dirname "$0")/.." && pwd)"
work="$root/artifacts/microexpnet-3"
mkdir -p "$work"
mexp() { dotnet run -c Release --project "$root/src/MicroExpNet.Cli" -- "$@"; }

# Each teacher sees something else: other widths, depths, input sizes, seeds, with and without the faces in the wild, with mixup.
teach() {
  local name="$1"
  shift
  [ -f "$work/$name.onnx" ] || mexp train --data "$data/ferplus-train.zip" --votes any --validation "$data/ferplus-valid.zip" \
    --allow-duplicates -o "$work/$name.onnx" --architecture residual --batch-size 128 \
    --optimizer adamw --learning-rate 3e-3 --schedule one-cycle --average 0.998 --weight-decay 0.05 --rotation 8 "$@"
}

teach teacher-1 --widths 32,64,128 --blocks 2 --epochs 30 --seed 7
teach teacher-2 --widths 48,96,160 --blocks 2 --epochs 30 --seed 11 --mixup 0.2 --more "$data/wild-train.zip"
teach teacher-3 --widths 32,64,128 --blocks 3 --epochs 30 --seed 13 --input-size 64 --more "$data/wild-train.zip"

[ -f "$work/logits.csv" ] || mexp teach --teacher "$work/teacher-1.onnx" --teacher "$work/teacher-2.onnx" --teacher "$work/teacher-3.onnx" \
  --teacher-mirror --data "$data/ferplus-train.zip" --more "$data/wild-train.zip" --votes any -o "$work/logits.csv"

[ -f "$work/student.onnx" ] || mexp train --data "$data/ferplus-train.zip" --more "$data/wild-train.zip" --votes any \
  --validation "$data/ferplus-valid.zip" --allow-duplicates -o "$work/student.onnx" \
  --teacher-logits "$work/logits.csv" --temperature 2 --lambda 0.8 --scale-by-temperature --degradation 0.3 \
  --architecture residual --widths 32,64,128 --blocks 2 --epochs 60 --batch-size 128 \
  --optimizer adamw --learning-rate 4e-3 --schedule one-cycle --average 0.999 --weight-decay 0.02 --rotation 8 --erasing 0 \
  --antialias --leveling 0.5 \
  --name microexpnet-3 --license MIT --source "MicroExpNet for .NET, recipes/microexpnet-3.sh" \
  --description "Tells eight expressions of faces in the wild from 48x48 grey pixels, also of poor pictures"

mexp quantize "$work/student.onnx" --calibrate "$data/ferplus-train.zip" -o "$work/microexpnet-3.onnx"
mexp evaluate --model "$work/microexpnet-3.onnx" --data "$data/ferplus-valid.zip" --moved --degraded
echo "made $work/microexpnet-3.onnx"
