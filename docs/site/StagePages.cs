#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
// Collects the repository's pages in a folder for docfx: dotnet run docs/site/StagePages.cs -- FOLDER
// A link to a file that is no page of the site leads to the published repository.
using System.Text.RegularExpressions;

const string Repository = "https://github.com/microexpnet/microexpnet-dotnet/blob/main/";

string target = args[0], root = Directory.GetCurrentDirectory();
if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
string[] pages =
[
    "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "THIRD-PARTY-NOTICES.md", "models/README.md",
    "samples/gallery/README.md", "samples/blazor/README.md",
    .. Directory.GetFiles("docs", "*.md"), .. Directory.GetFiles("docs/images"),
];
if (Directory.Exists("models/images")) pages = [.. pages, .. Directory.GetFiles("models/images")];
Dictionary<string, string> files = pages.ToDictionary(page => page.Replace('\\', '/'), page => page);
files["docs/toc.yml"] = "docs/site/guides.yml";
files["favicon.svg"] = "packaging/icon.svg";
foreach (string name in new[] { "index.md", "toc.yml", "docfx.json" }) files[name] = "docs/site/" + name;

foreach ((string page, string source) in files)
{
    string to = Path.Combine(target, page);
    Directory.CreateDirectory(Path.GetDirectoryName(to)!);
    if (page.EndsWith(".md", StringComparison.Ordinal)) File.WriteAllText(to, WithLinks(File.ReadAllText(source), page));
    else File.Copy(source, to);
}

// The navigation bar shows its logo in the size that the file states; without one it covers the page.
string icon = File.ReadAllText("packaging/icon.svg");
File.WriteAllText(Path.Combine(target, "mark.svg"), icon.Replace("<svg ", "<svg width=\"38\" height=\"38\" ", StringComparison.Ordinal));

string live = Path.Combine("artifacts", "web", "wwwroot");
foreach (string file in Directory.GetFiles(live, "*", SearchOption.AllDirectories))
{
    // Hosts of static pages compress by themselves.
    if (Path.GetExtension(file) is ".br" or ".gz") continue;
    string to = Path.Combine(target, "live", Path.GetRelativePath(live, file));
    Directory.CreateDirectory(Path.GetDirectoryName(to)!);
    File.Copy(file, to);
}

string WithLinks(string text, string page) => Regex.Replace(text, @"\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)", match =>
{
    string folder = Path.GetDirectoryName(page) ?? "";
    string linked = Path.GetRelativePath(root, Path.GetFullPath(Path.Combine(root, folder, match.Groups[1].Value))).Replace('\\', '/');
    if (files.ContainsKey(linked) || page == "index.md") return match.Value;
    if (!Path.Exists(linked)) throw new FileNotFoundException($"{page} links to {match.Groups[1].Value}, which does not exist");
    return $"]({Repository}{linked}{match.Groups[2].Value})";
});
