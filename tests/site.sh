#!/usr/bin/env bash
# Builds the site (pages, API reference, search, and the page that recognises in the browser) into artifacts/site; a warning is an error.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
fail() { echo "site: $*" >&2; exit 1; }

dotnet tool restore >/dev/null
for project in Cli Server Blazor; do dotnet build "src/MicroExpNet.$project" -c Debug -v quiet -nologo; done
[ -e artifacts/web/wwwroot/index.html ] || dotnet publish src/MicroExpNet.Web -c Release -o artifacts/web -v quiet -nologo
dotnet run docs/site/StagePages.cs -- artifacts/site-source
rm -rf artifacts/site
dotnet docfx artifacts/site-source/docfx.json --warningsAsErrors --logLevel warning

for page in index README docs/web docs/server samples/gallery/README api/MicroExpNet.ExpressionRecognizer api/MicroExpNet.Server.ServerOptions api/MicroExpNet.Blazor.ExpressionCamera; do
  [ -s "artifacts/site/$page.html" ] || fail "there is no $page.html"
done
grep -q '<iframe[^>]*src="live/index.html"' artifacts/site/index.html || fail "the first page does not show the camera page"
[ -s artifacts/site/live/microexpnet.js ] || fail "the camera page is not there"
grep -q 'ExpressionRecognizer' artifacts/site/index.json || fail "the search does not know the API"
echo "site: $(find artifacts/site -name '*.html' | wc -l) pages in artifacts/site"
