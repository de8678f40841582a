// What holds for every document: somebody tests it, its links lead somewhere, its code and its options are the program's, and
// the way to it begins at the README.

using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed partial class DocumentsSpecs
{
    /// <summary>The C# sources of the project, by path.</summary>
    static readonly IReadOnlyList<string> Sources =
    [
        .. ((string[])["TinyGrepServer", "TinyGrepServer.Tests", "examples"])
            .SelectMany(folder => Directory.EnumerateFiles(Path.Join(TestServer.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)),
    ];

    /// <summary>What people read who use the server; docs/inside and the papers at the top have tests of their own.</summary>
    static IEnumerable<Document> Manual => Document.All.Where(document =>
        Path.GetDirectoryName(document.Path) is "docs" or "docs/examples" || document.Path == "README.md");

    /// <summary>A README is its folder's; a class here may list further documents as its <c>Documents</c>.</summary>
    [TestMethod]
    public void Each_has_a_test_named_after_it()
    {
        var owners = typeof(DocumentsSpecs).Assembly.GetTypes().Where(type => type.Namespace == typeof(DocumentsSpecs).Namespace).ToList();
        var names = owners.Select(type => type.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var listed = owners
            .Select(type => type.GetProperty("Documents")?.GetValue(null))
            .OfType<IEnumerable<object[]>>()
            .SelectMany(rows => rows)
            .Select(row => row[0])
            .ToHashSet();

        AssertNone(
            from document in Document.All
            let stem = document.Path.EndsWith("/README.md", StringComparison.Ordinal) ? Path.GetDirectoryName(document.Path) : document.Path
            where !names.Contains($"{Path.GetFileNameWithoutExtension(stem)}Specs") && !listed.Contains(document.Path)
            select document.Path);
    }

    [TestMethod]
    public void Their_links_lead_somewhere() => AssertNone(Document.All.SelectMany(document => document.BrokenLinks()));

    [TestMethod]
    public void Each_is_found_from_the_README()
    {
        HashSet<string> found = ["README.md"];
        Queue<string> open = new(found);
        while (open.TryDequeue(out var path))
        {
            var document = Document.All.FirstOrDefault(document => document.Path == path);
            foreach (var next in document?.Links.Select(document.FileOf) ?? [])
            {
                if (found.Add(next)) open.Enqueue(next);
            }
        }

        AssertNone(Document.All.Select(document => document.Path).Except(found));
    }

    [TestMethod]
    public void The_code_they_show_stands_in_a_source()
    {
        var sources = Sources.Select(path => Document.WithoutSpace(File.ReadAllText(path))).ToList();

        AssertNone(
            from document in Document.All
            from block in document.Blocks("csharp")
            let code = Document.WithoutSpace(block)
            where !sources.Any(source => source.Contains(code, StringComparison.Ordinal))
            select $"{document.Path}: {block}");
    }

    [TestMethod]
    public void The_sources_they_name_are_there()
    {
        var names = Sources.Select(Path.GetFileName).ToHashSet();

        AssertNone(
            from document in Manual
            from Match name in SourceName().Matches(document.Text)
            where !names.Contains(Path.GetFileName(name.Groups["file"].Value))
            select $"{document.Path}: {name.Value}");
    }

    [TestMethod]
    public void The_options_the_manual_names_are_the_programs()
    {
        var product = Path.Join(TestServer.Root, "TinyGrepServer");
        var verbs = Sources.Where(path => path.StartsWith(product + "/", StringComparison.Ordinal)).Select(File.ReadAllText);
        List<string> others = [.. verbs, File.ReadAllText(Path.Join(TestServer.Root, "deploy", "scale.sh"))];

        AssertNone(
            from document in Manual
            from Match match in OptionName().Matches(document.Text)
            let name = match.Groups["option"].Value
            where SettingOptions.All.All(option => option.Name != name)
            where !others.Any(text => text.Contains($"--{name}", StringComparison.Ordinal))
            select $"{document.Path}: --{name}");
    }

    static void AssertNone(IEnumerable<string> found) => Assert.AreEqual("", string.Join("\n", found));

    [GeneratedRegex(@"`(?<file>[\w./-]+\.cs)`")]
    private static partial Regex SourceName();

    [GeneratedRegex("`--(?<option>[a-z-]+)")]
    private static partial Regex OptionName();
}
