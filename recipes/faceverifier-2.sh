#!/usr/bin/env bash
# Makes models/faceverifier-2.onnx, which verifies what facedetector-2 finds: an hour and a half on two cores.
# Usage: recipes/faceverifier-2.sh HEADS MASKED FERPLUS WILD YUNET BACKGROUNDS
#   HEADS, MASKED  heads with their boxes.csv, folders or archives: the press portraits of facedetector-1, and heads with and without masks
#   FERPLUS        FER+'s training faces, a folder or archive of pictures of one face each
#   WILD           more training faces, in the wild, a folder or archive of pictures of one face each
#   YUNET          face_detection_yunet_2023mar.onnx with an input of open height and width, which labels those faces
#   BACKGROUNDS    the folder that recipes/backgrounds.sh filled
# A run that is stopped goes on when the recipe is started again.
set -euo pipefail
usage="usage: recipes/faceverifier-2.sh HEADS MASKED FERPLUS WILD YUNET BACKGROUNDS"
heads="$(realpath -e "${1:?$usage}")"
masked="$(realpath -e "${2:?$usage}")"
ferplus="$(realpath -e "${3:?$usage}")"
wild="$(realpath -e "${4:?$usage}")"
yunet="$(realpath -e "${5:?$usage}")"
backgrounds="$(realpath -e "${6:?$usage}")"
root="$(cd "$(dirname "$0")/.." && pwd)"
work="$root/artifacts/faceverifier-2"
detector="$root/models/facedetector-2.onnx"
mkdir -p "$work"
dotnet build -c Release -v q "$root/src/MicroExpNet.Cli"
mexp() { dotnet run --no-build -c Release --project "$root/src/MicroExpNet.Cli" -- "$@"; }

# FER+'s faces as heads: YuNet finds 25,997 of 28,558.
[ -s "$work/fer-heads.zip" ] || mexp label-heads --yunet "$yunet" --data "$ferplus" -o "$work/fer-heads.zip"
[ -s "$work/wild-heads.zip" ] || mexp label-heads --yunet "$yunet" --data "$wild" -o "$work/wild-heads.zip"
all=(--heads "$heads" --heads "$masked" --heads "$work/fer-heads.zip" --heads "$work/wild-heads.zip")

# A network that goes on from the detector, with faces in the wild among the heads and on what the detector takes for faces in the
# backgrounds. It finds no more than the detector, but makes the candidates.
[ -s "$work/negatives.csv" ] || mexp evaluate-detector --data "$backgrounds/train" --model "$detector" --min-score 0.1 --false-faces "$work/negatives.csv"
[ -s "$work/finder.onnx" ] || mexp train-detector "${all[@]}" --backgrounds "$backgrounds/train" --validation-backgrounds "$backgrounds/valid" \
  -o "$work/finder.onnx" --stem-width 16 --widths 32,32,32,32 --batch-size 64 --report 2000 \
  --init "$detector" --hard-negatives "$work/negatives.csv" --degradation 0.4 --steps 16000 --learning-rate 1.5e-3

# What it takes for faces in scenes, and which of it are some.
[ -s "$work/negatives-2.csv" ] || mexp evaluate-detector --data "$backgrounds/train" --model "$work/finder.onnx" --min-score 0.1 --false-faces "$work/negatives-2.csv"
[ -s "$work/candidates.zip" ] || mexp cut-candidates --detector "$work/finder.onnx" "${all[@]}" \
  --backgrounds "$backgrounds/train" --hard-negatives "$work/negatives-2.csv" --scenes 150000 -o "$work/candidates.zip"
[ -s "$work/verifier.onnx" ] || mexp train --data "$work/candidates.zip" --holdout 0.02 --allow-duplicates -o "$work/verifier.onnx" \
  --architecture residual --widths 16,48,96 --epochs 6 --batch-size 256 \
  --optimizer adamw --learning-rate 1e-2 --schedule one-cycle --average 0.998 --weight-decay 0.01 \
  --augment none --mirror --rotation 4 --shift 0.03 --scale 0.92,1.08 --brightness 0.1 --contrast 0.2 \
  --name faceverifier-2 --license MIT --source "MicroExpNet for .NET, recipes/faceverifier-2.sh" \
  --description "Verifies what facedetector-2 finds: a face of 33 pixels in 48x48 grey ones, or none"

# It computes in 8 bits.
mexp quantize "$work/verifier.onnx" --calibrate "$work/candidates.zip" -o "$work/faceverifier-2.onnx"
echo "made $work/faceverifier-2.onnx"
