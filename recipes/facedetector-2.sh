#!/usr/bin/env bash
# Makes models/facedetector-2.onnx, on from facedetector-1 with more kinds of heads, light and dress, and models/faceverifier-2.onnx,
# which verifies what it finds: two and a half hours on two cores.
# Usage: recipes/facedetector-2.sh HEADS MASKED FERPLUS WILD YUNET BACKGROUNDS
#   HEADS, MASKED  heads with their boxes.csv, folders or archives: the press portraits of facedetector-1, and heads with and without masks
#   FERPLUS        FER+'s training faces, a folder or archive of pictures of one face each
#   WILD           more training faces, in the wild, a folder or archive of pictures of one face each
#   YUNET          face_detection_yunet_2023mar.onnx with an input of open height and width, which labels those faces
#   BACKGROUNDS    the folder that recipes/backgrounds.sh filled
# A run that is stopped goes on when the recipe is started again.
set -euo pipefail
usage="usage: recipes/facedetector-2.sh HEADS MASKED FERPLUS WILD YUNET BACKGROUNDS"
heads="$(realpath -e "${1:?$usage}")"
masked="$(realpath -e "${2:?$usage}")"
ferplus="$(realpath -e "${3:?$usage}")"
wild="$(realpath -e "${4:?$usage}")"
yunet="$(realpath -e "${5:?$usage}")"
backgrounds="$(realpath -e "${6:?$usage}")"
root="$(cd "$(dirname "$0")/.." && pwd)"
work="$root/artifacts/facedetector-2"
mkdir -p "$work"
dotnet build -c Release -v q "$root/src/MicroExpNet.Cli"
mexp() { dotnet run --no-build -c Release --project "$root/src/MicroExpNet.Cli" -- "$@"; }
train() { # output, options: one stage
  local output="$1"; shift
  [ -s "$output" ] && return
  mexp train-detector --heads "$heads" --heads "$masked" --heads "$work/fer-heads.zip" \
    --backgrounds "$backgrounds/train" --validation-backgrounds "$backgrounds/valid" -o "$output" \
    --stem-width 16 --widths 32,32,32,32 --batch-size 64 --report 2000 \
    --name facedetector-2 --license MIT --source "MicroExpNet for .NET, recipes/facedetector-2.sh" \
    --description "Finds faces in grey pictures of any size: squares and eyes, for each cell of 8x8 pixels" "$@"
}

# FER+'s faces as heads: YuNet finds 25,997 of 28,558.
[ -s "$work/fer-heads.zip" ] || mexp label-heads --yunet "$yunet" --data "$ferplus" -o "$work/fer-heads.zip"

# All kinds of heads in all kinds of light.
train "$work/stage1.onnx" --init "$root/models/facedetector-1.onnx" --steps 24000 --learning-rate 2e-3

# On what the first stage takes for faces in the backgrounds, in scenes that are less often dark, blurred or compressed.
[ -s "$work/negatives.csv" ] || mexp evaluate-detector --data "$backgrounds/train" --model "$work/stage1.onnx" --min-score 0.2 --false-faces "$work/negatives.csv"
train "$work/stage2.onnx" --init "$work/stage1.onnx" --hard-negatives "$work/negatives.csv" --degradation 0.4 --steps 16000 --learning-rate 1.5e-3

# The verifier: what the second stage takes for faces in scenes, and which of it are some.
[ -s "$work/wild-heads.zip" ] || mexp label-heads --yunet "$yunet" --data "$wild" -o "$work/wild-heads.zip"
[ -s "$work/negatives-2.csv" ] || mexp evaluate-detector --data "$backgrounds/train" --model "$work/stage2.onnx" --min-score 0.1 --false-faces "$work/negatives-2.csv"
[ -s "$work/candidates.zip" ] || mexp cut-candidates --detector "$work/stage2.onnx" \
  --heads "$heads" --heads "$masked" --heads "$work/fer-heads.zip" --heads "$work/wild-heads.zip" \
  --backgrounds "$backgrounds/train" --hard-negatives "$work/negatives-2.csv" --scenes 150000 -o "$work/candidates.zip"
[ -s "$work/verifier.onnx" ] || mexp train --data "$work/candidates.zip" --holdout 0.02 --allow-duplicates -o "$work/verifier.onnx" \
  --architecture residual --widths 16,48,96 --epochs 8 --batch-size 256 \
  --optimizer adamw --learning-rate 1e-2 --schedule one-cycle --average 0.998 --weight-decay 0.01 \
  --augment none --mirror --rotation 4 --shift 0.03 --scale 0.92,1.08 --brightness 0.1 --contrast 0.2 \
  --name faceverifier-2 --license MIT --source "MicroExpNet for .NET, recipes/facedetector-2.sh" \
  --description "Verifies what facedetector-2 finds: a face of 33 pixels in 48x48 grey ones, or none"

# Both compute in 8 bits.
if [ ! -d "$work/calibration/scenes" ]; then
  mkdir -p "$work/calibration"
  mexp compose --heads "$heads" --heads "$masked" --heads "$work/fer-heads.zip" --backgrounds "$backgrounds/train" \
    --size 128x128 --min-face 10 --max-face 60 --count 1024 -o "$work/calibration/scenes"
fi
mexp quantize "$work/stage2.onnx" --calibrate "$work/calibration" -o "$work/facedetector-2.onnx"
mexp quantize "$work/verifier.onnx" --calibrate "$work/candidates.zip" -o "$work/faceverifier-2.onnx"
echo "made $work/facedetector-2.onnx and $work/faceverifier-2.onnx"
