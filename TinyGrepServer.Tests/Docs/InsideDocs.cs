// What the documents about the inside of the server promise and no compiler keeps: files and tests that exist, and rows of a table
// that name both.

using System.Reflection;
using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Docs;

internal static partial class InsideDocs
{
    /// <summary>The product's sources by path from its folder.</summary>
    public static IReadOnlyDictionary<string, Source> Product { get; } = Read("TinyGrepServer");

    /// <summary>The tests there are, as <c>Class.Method</c>.</summary>
    public static IReadOnlySet<string> Tests { get; } = typeof(InsideDocs).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods())
        .Where(method => method.GetCustomAttribute<TestMethodAttribute>() is not null)
        .Select(method => $"{method.DeclaringType!.Name}.{method.Name}")
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>Files in backticks that are neither the product's, nor the tests', nor at the top.</summary>
    public static IEnumerable<string> MissingFiles(string markdown) =>
        from file in NamedFiles(markdown)
        where !new[] { "TinyGrepServer", "TinyGrepServer.Tests", "" }.Any(top => File.Exists(Path.Join(TestServer.Root, top, file)))
        select file;

    /// <summary>Tests in backticks that nobody can run.</summary>
    public static IEnumerable<string> MissingTests(string markdown) => NamedTests(markdown).Where(test => !Tests.Contains(test));

    /// <summary>Rows of its tables that name no test; with <paramref name="andFile"/> also those that name no file.</summary>
    public static IEnumerable<string> RowsWithoutProof(string markdown, bool andFile) =>
        from row in markdown.Split('\n')
        where row.StartsWith("| ", StringComparison.Ordinal) && !Header().IsMatch(row)
        where !NamedTests(row).Any() || (andFile && !NamedFiles(row).Any())
        select row;

    static IEnumerable<string> NamedFiles(string markdown) => FileName().Matches(markdown).Select(name => name.Groups["file"].Value);

    static IEnumerable<string> NamedTests(string markdown) => TestName().Matches(markdown).Select(name => name.Groups["test"].Value);

    static Dictionary<string, Source> Read(string folder)
    {
        var top = Path.Join(TestServer.Root, folder);
        return Directory.EnumerateFiles(top, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(top, path))
            .Where(path => !path.StartsWith("bin/", StringComparison.Ordinal) && !path.StartsWith("obj/", StringComparison.Ordinal))
            .ToDictionary(path => path, path => Source.Read(path, File.ReadAllText(Path.Join(top, path))), StringComparer.Ordinal);
    }

    [GeneratedRegex(@"`(?<file>[\w./-]+\.(?:cs|sql|js|sh))`")]
    private static partial Regex FileName();

    [GeneratedRegex(@"`(?<test>\w+Specs\.\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^\|[\s|:-]*\|$|^\| (?:Problem|Fact|Pattern)\b")]
    private static partial Regex Header();
}
