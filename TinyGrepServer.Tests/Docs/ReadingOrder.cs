// A reading order is a numbered list whose steps name files and folders in backticks. It works where no file needs a type that
// the reader has not met: each type is declared in a file of the same step or an earlier one, or the step itself says, after
// "Later:", that it comes later. A type is seen where C# would see it: in its own folder, at the top, or behind a using.

using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Docs;

internal static partial class ReadingOrder
{
    /// <summary>What a reader would stumble over, a sentence each.</summary>
    /// <param name="sources">By path.</param>
    public static IEnumerable<string> Mistakes(string markdown, IReadOnlyDictionary<string, Source> sources)
    {
        var declared = sources.Values.SelectMany(source => TypesOf(source).Select(type => (Type: type, source.Path)))
            .GroupBy(one => one.Type, one => one.Path, StringComparer.Ordinal).ToList();
        HashSet<string> met = new(StringComparer.Ordinal);
        foreach (var step in Step().Matches(markdown).Select(step => step.Groups["text"].Value))
        {
            var parts = step.Split("Later:", 2);
            var files = Quoted(parts[0]).SelectMany(name => Files(name, sources)).Distinct().ToList();
            var later = parts.Length > 1 ? Quoted(parts[1]).ToHashSet() : [];
            met.UnionWith(files);
            foreach (var file in files)
            {
                if (!sources.TryGetValue(file, out var source))
                {
                    yield return $"there is no {file}";
                    continue;
                }
                foreach (var type in declared.Where(type => !later.Contains(type.Key) && !type.Any(met.Contains)))
                {
                    if (!type.Any(owner => CanSee(source, owner)) || !Names(source, type.Key)) continue;
                    yield return $"{file} needs {type.Key} of {type.First()}";
                }
            }
        }
    }

    /// <summary>A folder stands for the files in it.</summary>
    static IEnumerable<string> Files(string name, IReadOnlyDictionary<string, Source> sources) =>
        name.EndsWith('/') ? sources.Keys.Where(path => path.StartsWith(name, StringComparison.Ordinal))
        : name.EndsWith(".cs", StringComparison.Ordinal) ? [name]
        : [];

    static IEnumerable<string> Quoted(string text) => QuotedName().Matches(text).Select(found => found.Groups["name"].Value);

    static IEnumerable<string> TypesOf(Source source) =>
        TopLevel().Matches(source.Code).Select(found => found.Groups["type"].Value).Distinct();

    static bool CanSee(Source source, string owner)
    {
        var folder = owner.Contains('/', StringComparison.Ordinal) ? owner[..owner.IndexOf('/', StringComparison.Ordinal)] : "";
        return folder.Length == 0 || folder == source.Folder || source.Uses($@"using TinyGrepServer\.{folder};");
    }

    /// <summary>A member that happens to be called like the type is no use of it.</summary>
    static bool Names(Source source, string type) =>
        source.Uses($@"(?<![.\w]){type}\b") && !source.Uses($@"(?<!\b(?:{Operators}))(?<=[\w?>\])]) {type}\s*(?:\{{|=>|\(|,|\))");

    /// <summary>Words that a type follows; after any other word its name is that of a member.</summary>
    const string Operators = "new|return|is|as|await|in|out|throw";

    const string Modifiers = @"(?:(?:public|internal|sealed|static|abstract|readonly|partial|ref)\s+)*";

    const string Kinds = @"(?:class|record\s+struct|record|struct|interface|enum|delegate\s+\w+(?:<\w+>)?)";

    [GeneratedRegex(@"^\d+\. (?<text>.*(?:\n(?:   .*)?)*)", RegexOptions.Multiline)]
    private static partial Regex Step();

    [GeneratedRegex("`(?<name>[^`\n]+)`")]
    private static partial Regex QuotedName();

    [GeneratedRegex($@"^{Modifiers}{Kinds}\s+(?<type>\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevel();
}
