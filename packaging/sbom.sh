#!/usr/bin/env bash
# Writes a software bill of materials (CycloneDX) of every packed project into a folder: its packages with versions, hashes and licences.
#
#   packaging/sbom.sh FOLDER
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: packaging/sbom.sh FOLDER" >&2; exit 2; }
mkdir -p "$1"
target="$(cd "$1" && pwd)"
cd "$(dirname "$0")/.."
dotnet tool restore >/dev/null
version="$(dotnet msbuild src/MicroExpNet -getProperty:Version)"
for project in src/*/*.csproj; do
  [ "$(dotnet msbuild "$project" -getProperty:IsPackable)" = true ] || continue
  name="$(basename "$project" .csproj)"
  type="$([ "$(dotnet msbuild "$project" -getProperty:OutputType)" = Exe ] && echo Application || echo Library)"
  dotnet restore "$project" -v quiet
  dotnet CycloneDX "$project" --disable-package-restore --exclude-filter Microsoft.CodeAnalysis.PublicApiAnalyzers,Microsoft.NET.ILLink.Tasks \
    --set-name "$name" --set-version "$version" --set-type "$type" --output-format Json --output "$target" --filename "$name.$version.cdx.json" >/dev/null
  echo "$name.$version.cdx.json"
done
