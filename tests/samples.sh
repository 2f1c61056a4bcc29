#!/usr/bin/env bash
# Runs every program of samples/gallery and looks for what each must print.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
repository="$PWD"
work="$(mktemp -d)"
service=
trap '[ -z "$service" ] || kill "$service" 2>/dev/null; rm -rf "$work"' EXIT
fail() { echo "samples: $*" >&2; exit 1; }

# What they write goes into a folder of its own; they find the sample picture and the models there.
ln -s "$repository/samples" "$repository/models" "$work"
cd "$work"
# The SDK builds programs of one file in the user's data folder and keeps them for a month.
mkdir data && export XDG_DATA_HOME="$work/data"
mkdir photos broken && cp samples/astronaut.png photos/a,b.png && echo none > broken/broken.jpg
ffmpeg -v error -loop 1 -i samples/astronaut.png -t 1 -r 10 -pix_fmt yuv420p film.mp4

run() {
  local name="$1" expected="$2" output
  shift 2
  output="$(dotnet run "$repository/samples/gallery/$name.cs" -- "$@" 2>&1)" || fail "$name failed: $output"
  grep -q "$expected" <<<"$output" || fail "$name printed no '$expected': $output"
  echo "$name: $(grep -m 1 "$expected" <<<"$output")"
  ran+=("$name")
}

ran=()
run photo 'Happy'
[ -s result.png ] || fail "photo drew nothing"
run folder '^"photos/a,b.png",169,61,109,109,Happy,1.00$' photos
if dotnet run "$repository/samples/gallery/folder.cs" -- broken > /dev/null 2>&1; then fail "folder ended well with a broken photo"; fi
run video 'face 1: happy in 1[01] frames' film.mp4
run camera 'face 1: Happy' 'lavfi:movie=samples/astronaut.png,loop=-1:1,fps=30,realtime' 10
run own-classes 'light [0-9]'
run onnx 'logits'
run game-frames 'face 1: Happy'

dotnet build "$repository/samples/gallery/web-service.cs" -v quiet -nologo
dotnet run --no-build "$repository/samples/gallery/web-service.cs" -- --urls http://127.0.0.1:18080 > service.log 2>&1 &
service=$!
answer="$(curl -sS --fail --retry 30 --retry-delay 1 --retry-connrefused --data-binary @samples/astronaut.png http://127.0.0.1:18080/happy)"
[ "$answer" = 1 ] || fail "web-service counted '$answer' happy faces; expected 1"
answer="$(curl -sS --fail --data-binary @samples/astronaut.png http://127.0.0.1:18080/v1/recognize)"
grep -q '"expression":"happy"' <<<"$answer" || fail "web-service answered $answer"
ran+=(web-service)

for file in "$repository"/samples/gallery/*.cs; do
  name="$(basename "$file" .cs)"
  [[ " ${ran[*]} " = *" $name "* ]] || fail "no test runs $name"
done
echo "samples: ${#ran[@]} programs work"
