#!/usr/bin/env bash
# Makes models/facedetector-2.onnx, on from facedetector-1 with more kinds of heads, light and dress: an hour and a half on two cores.
# Usage: recipes/facedetector-2.sh HEADS MASKED FERPLUS YUNET BACKGROUNDS
#   HEADS, MASKED  heads with their boxes.csv, folders or archives: the press portraits of facedetector-1, and heads with and without masks
#   FERPLUS        FER+'s training faces, a folder or archive of pictures of one face each
#   YUNET          face_detection_yunet_2023mar.onnx with an input of open height and width, which labels those faces
#   BACKGROUNDS    the folder that recipes/backgrounds.sh filled
# The shipped model was made while the search took fewer places for faces. With today's the second stage gets other hard negatives, and
# this gives another network of the kind. A run that is stopped goes on when the recipe is started again.
set -euo pipefail
usage="usage: recipes/facedetector-2.sh HEADS MASKED FERPLUS YUNET BACKGROUNDS"
heads="$(realpath -e "${1:?$usage}")"
masked="$(realpath -e "${2:?$usage}")"
ferplus="$(realpath -e "${3:?$usage}")"
yunet="$(realpath -e "${4:?$usage}")"
backgrounds="$(realpath -e "${5:?$usage}")"
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

# It computes in 8 bits.
if [ ! -d "$work/calibration/scenes" ]; then
  mkdir -p "$work/calibration"
  mexp compose --heads "$heads" --heads "$masked" --heads "$work/fer-heads.zip" --backgrounds "$backgrounds/train" \
    --size 128x128 --min-face 10 --max-face 60 --count 1024 -o "$work/calibration/scenes"
fi
mexp quantize "$work/stage2.onnx" --calibrate "$work/calibration" -o "$work/facedetector-2.onnx"
echo "made $work/facedetector-2.onnx"
