#!/usr/bin/env bash
# Makes models/facedetector-1.onnx anew: half an hour on two cores.
# Usage: recipes/facedetector-1.sh HEADS BACKGROUNDS: a folder or archive of heads with their boxes.csv, and the folder that
# recipes/backgrounds.sh filled. A run that is stopped goes on when the recipe is started again.
set -euo pipefail
usage="usage: recipes/facedetector-1.sh HEADS BACKGROUNDS"
heads="$(realpath -e "${1:?$usage}")"
backgrounds="$(realpath -e "${2:?$usage}")"
root="$(cd "$(dirname "$0")/.." && pwd)"
work="$root/artifacts/facedetector-1"
mkdir -p "$work"

# The scenes it was trained on are those of this commit; later ones are harder.
source="$work/source"
[ -d "$source" ] || git -C "$root" worktree add --detach "$source" af4a56d
dotnet run -c Release --project "$source/src/MicroExpNet.Cli" -- train-detector \
  --heads "$heads" --backgrounds "$backgrounds/train" --validation-backgrounds "$backgrounds/valid" -o "$work/facedetector-1.onnx" \
  --stem-width 16 --widths 32,32,32,32 --steps 24000 --batch-size 64 --learning-rate 4e-3 --report 1500 \
  --name facedetector-1 --license MIT --source "MicroExpNet for .NET, recipes/facedetector-1.sh" \
  --description "Finds faces in grey pictures of any size: squares and eyes, for each cell of 8x8 pixels"
echo "made $work/facedetector-1.onnx"
