#!/usr/bin/env bash
# Moves the lines of each PublicAPI.Unshipped.txt into its PublicAPI.Shipped.txt, as a release does. A line *REMOVED*X takes X out.
set -euo pipefail
cd "$(dirname "$0")/.."
for unshipped in src/*/PublicAPI.Unshipped.txt; do
  shipped="${unshipped%Unshipped.txt}Shipped.txt"
  lines="$(sed '/^#nullable/d; /^\*REMOVED\*/d; /^$/d' "$shipped" "$unshipped" | LC_ALL=C sort -u)"
  lines="$(grep -vxFf <(sed -n 's/^\*REMOVED\*//p' "$unshipped") <<<"$lines" || true)"
  printf '#nullable enable\n%s\n' "$lines" >"$shipped"
  echo '#nullable enable' >"$unshipped"
done
