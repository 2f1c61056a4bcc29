#!/usr/bin/env bash
# Makes models/microexpnet-3.onnx anew: a student of four teachers, of more and of degraded faces, and its 8-bit model.
# Usage: recipes/microexpnet-3.sh FOLDER, where ferplus-train.zip, ferplus-valid.zip (FER2013's faces in FER+'s official layout) and
# wild-train.zip (faces in a folder for each class) lie. Two hours on two cores; a run that is stopped goes on when this is started again.
# The teachers' logits lie beside this file; microexpnet-3-teachers.py made them, on a GPU.
set -euo pipefail
data="$(cd "${1:?usage: recipes/microexpnet-3.sh FOLDER}" && pwd)"
root="$(cd "$(dirname "$0")/.." && pwd)"
work="$root/artifacts/microexpnet-3"
mkdir -p "$work"
mexp() { dotnet run -c Release --project "$root/src/MicroExpNet.Cli" -- "$@"; }

gzip -dc "$root/recipes/microexpnet-3-teachers.csv.gz" > "$work/teachers.csv"

mexp train --data "$data/ferplus-train.zip" --more "$data/wild-train.zip" --votes any --validation "$data/ferplus-valid.zip" \
  --allow-duplicates -o "$work/student.onnx" \
  --teacher-logits "$work/teachers.csv" --temperature 2 --lambda 0.8 --scale-by-temperature --degradation 0.3 \
  --architecture residual --widths 32,48,96 --blocks 2 --epochs 64 --batch-size 128 \
  --optimizer adamw --learning-rate 4e-3 --schedule one-cycle --average 0.999 --weight-decay 0.02 --rotation 8 --erasing 0 \
  --antialias --leveling 0.5 --mirror-mean \
  --name microexpnet-3 --license MIT --source "MicroExpNet for .NET, recipes/microexpnet-3.sh" \
  --description "Tells eight expressions of faces in the wild from 48x48 grey pixels, also of poor pictures"

# Fewer, weaker changes, and degraded faces with softer answers: the student becomes less sure of poor pictures. It goes on from the
# student in 8 bits.
mexp quantize "$work/student.onnx" --calibrate "$data/ferplus-train.zip" --count 8192 -o "$work/student-8.onnx"
mexp train --data "$data/ferplus-train.zip" --more "$data/wild-train.zip" --votes any --validation "$data/ferplus-valid.zip" \
  --allow-duplicates --init "$work/student-8.onnx" -o "$work/settled.onnx" \
  --teacher-logits "$work/teachers.csv" --temperature 2 --lambda 0.8 --scale-by-temperature \
  --degradation 0.4 --degradation-smoothing 0.15 --epochs 12 --batch-size 128 \
  --optimizer adamw --learning-rate 4e-4 --schedule one-cycle --average 0.999 --weight-decay 0.02 \
  --rotation 6 --scale 0.93,1.08 --shift 0.05 --brightness 0.08 --contrast 0.15 --erasing 0 \
  --antialias --leveling 0.5 --mirror-mean \
  --name microexpnet-3 --license MIT --source "MicroExpNet for .NET, recipes/microexpnet-3.sh" \
  --description "Tells eight expressions of faces in the wild from 48x48 grey pixels, also of poor pictures"

mexp quantize "$work/settled.onnx" --calibrate "$data/ferplus-train.zip" --count 8192 --validation "$data/ferplus-valid.zip" \
  -o "$work/microexpnet-3.onnx"
mexp evaluate --model "$work/microexpnet-3.onnx" --data "$data/ferplus-valid.zip" --moved --degraded
echo "made $work/microexpnet-3.onnx"
