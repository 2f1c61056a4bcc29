#!/usr/bin/env bash
# Packs the libraries and the tool, then uses them as a stranger does: a new project outside the repository takes the packages from a
# local feed and runs the examples of their readmes, and both tools are installed from the same feed and run.
#
#   tests/packages.sh          the tool of this platform, as native code where clang is installed
#   tests/packages.sh --all    the tool of every platform; downloads their runtimes
#
# PACKAGES=FOLDER keeps the packages there.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 ContinuousIntegrationBuild=true
limit=60000000
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
feed="${PACKAGES:-$work/feed}"
mkdir -p "$feed"
feed="$(cd "$feed" && pwd)"
rm -f "$feed"/MicroExpNet*.nupkg "$feed"/MicroExpNet*.snupkg
fail() { echo "packages: $*" >&2; exit 1; }

libraries=()
for project in src/*/*.csproj; do
  [ "$(dotnet msbuild "$project" -getProperty:IsPackable)" = true ] || continue
  name="$(basename "$project" .csproj)"
  case "$name" in MicroExpNet.Cli | MicroExpNet.Server.Host) ;; *) libraries+=("$name") ;; esac
  dotnet pack "$project" -c Release -o "$feed" -v quiet
done

tool=src/MicroExpNet.Cli
here="$(dotnet msbuild $tool -getProperty:NETCoreSdkPortableRuntimeIdentifier)"
platforms="$here"
[ "${1:-}" != --all ] || platforms="$(dotnet msbuild $tool -getProperty:ToolPackageRuntimeIdentifiers | tr ';' ' ')"
for platform in $platforms; do
  # Native code is compiled on the system it is for.
  native=false
  if [ "$platform" = "$here" ] && command -v clang >/dev/null; then native=true; fi
  dotnet pack $tool -c Release -r "$platform" -p:PublishAot=$native -o "$feed" -v quiet
done

for package in "$feed"/*.nupkg; do
  name="$(basename "$package" .nupkg)"
  contents="$(unzip -Z1 "$package")"
  size="$(stat -c %s "$package" 2>/dev/null || stat -f %z "$package")"
  echo "$name: $((size / 1000)) kB"
  [ "$size" -lt "$limit" ] || fail "$name takes $size bytes; expected less than $limit"
  for file in README.md icon.png LICENSE THIRD-PARTY-NOTICES.md; do grep -qx "$file" <<<"$contents" || fail "$name lacks $file"; done
  ! grep -E '\.pdb$|/(ios|android)' <<<"$contents" || fail "$name holds what it should not"
  unzip -p "$package" '*.nuspec' | grep 'repository type="git" url="https://github.com/[^"]*" commit="[0-9a-f]\{40\}"' >/dev/null || fail "$name names no repository and commit"
done

for library in "${libraries[@]}"; do
  package="$(echo "$feed/$library".[0-9]*.nupkg)"
  unzip -Z1 "$package" | grep -x "lib/net10.0/$library.xml" >/dev/null || fail "$library lacks its XML documentation"
  unzip -p "${package%.nupkg}.snupkg" "lib/net10.0/$library.pdb" | grep -a 'raw.githubusercontent.com' >/dev/null || fail "$library has no Source Link"
done
for library in MicroExpNet.Vision MicroExpNet.Training; do
  unzip -Z1 "$feed/$library".[0-9]*.nupkg | grep -x DejaVu-LICENSE.txt >/dev/null || fail "$library lacks its font's licence"
done
blazor="$(unzip -Z1 "$feed"/MicroExpNet.Blazor.[0-9]*.nupkg)"
for file in expression-camera.js microexpnet.js microexpnet.worker.js page/camera.js _framework/dotnet.js _framework/dotnet.native.wasm; do
  grep -qxF "staticwebassets/$file" <<<"$blazor" || fail "MicroExpNet.Blazor lacks $file"
done
! unzip -p "$feed"/MicroExpNet.OpenCv.[0-9]*.nupkg '*.nuspec' | grep -i 'dependency id="[^"]*runtime' || fail "MicroExpNet.OpenCv depends on the runtime of one system"

# Packages of others come from where they lie already; those of this feed never get into the user's own folder.
version="$(dotnet msbuild $tool -getProperty:Version)"
shared="$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')"
export NUGET_PACKAGES="$work/installed"
repository="$PWD"
mkdir -p "$work/app" && cd "$work/app"
cat > NuGet.config <<END
<configuration>
  <packageSources><add key="packed" value="$feed" /></packageSources>
  <fallbackPackageFolders><add key="shared" value="$shared" /></fallbackPackageFolders>
</configuration>
END
{
  echo '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework>'
  echo '<Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings><TreatWarningsAsErrors>true</TreatWarningsAsErrors></PropertyGroup><ItemGroup>'
  for library in "${libraries[@]}"; do echo "<PackageReference Include=\"$library\" Version=\"$version\" />"; done
  echo '</ItemGroup></Project>'
} > app.csproj

# The readmes' examples, each in a block of its own, one after another.
snippet() { awk '/^```csharp$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$repository/src/$1/README.md"; }
{
  for library in "${libraries[@]}"; do snippet "$library"; done | grep -E '^using [A-Za-z.]+;' | sort -u
  cat <<'END'
Directory.CreateDirectory("faces/happy");
Directory.CreateDirectory("faces/sad");
for (int i = 0; i < 40; i++)
{
    byte[] pixels = new byte[48 * 48];
    new Random(i).NextBytes(pixels);
    File.WriteAllBytes($"faces/{(i % 2 == 0 ? "happy" : "sad")}/{i}.png", new MicroExpNet.Training.DataSets.GrayImage(pixels, 48, 48).EncodePng());
}
END
  for library in "${libraries[@]}"; do
    echo "Console.WriteLine(\"$library\");"
    echo 'try {'
    snippet "$library" | grep -vE '^using [A-Za-z.]+;' || true
    # A machine may lack OpenCV's runtime or FFmpeg; then an exception of the library's own says what to install.
    echo '} catch (Exception e) when (e.GetType().Namespace is "MicroExpNet.OpenCv" or "MicroExpNet.Video") { Console.WriteLine(e.Message); }'
  done
} > Program.cs
cp "$repository/samples/astronaut.png" photo.jpg
if command -v ffmpeg >/dev/null; then ffmpeg -v error -loop 1 -i photo.jpg -t 0.2 -pix_fmt yuv420p film.mp4; fi
output="$(dotnet run)" || fail "the new project failed: $output"
echo "$output"
for part in '^MicroExpNet.Vision$' 'Happy' '^MicroExpNet.Training$'; do grep -qE "$part" <<<"$output" || fail "the new project printed no '$part'"; done
[ -s mine.onnx ] && [ -s result.png ] || fail "the new project wrote no model or no picture"

dotnet tool install MicroExpNet.Cli --version "$version" --tool-path "$work/tool" >/dev/null
"$work/tool/mexp" --version
"$work/tool/mexp" predict "$repository/samples/astronaut.png" | tee "$work/predicted"
grep -qi happy "$work/predicted" || fail "the installed tool did not find the sample happy"
dotnet tool install MicroExpNet.Server.Host --version "$version" --tool-path "$work/tool" >/dev/null
"$work/tool/mexp-server" --listen "unix:$work/service" &
service=$!
for _ in {1..100}; do [ -e "$work/service" ] && break || sleep 0.1; done
curl -s --unix-socket "$work/service" --data-binary @"$repository/samples/astronaut.png" http://localhost/v1/recognize | tee "$work/answered"
kill "$service" && wait "$service" || fail "the installed service did not end in order"
grep -q '"expression":"happy"' "$work/answered" || fail "the installed service did not find the sample happy"
echo "packages: ${#libraries[@]} libraries and two tools work from a local feed"
