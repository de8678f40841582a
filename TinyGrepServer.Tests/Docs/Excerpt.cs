// Code in the book is cut from the file it speaks of, so that it cannot drift from it. A comment before the block says where:
//    <!-- Server/HttpServer.cs: AcceptAsync -->
// The member is cut whole, from the line that declares it to its end, at its own indentation. No parser: it relies on how this
// code is laid out (braces on lines of their own, below the declaration's first character).

using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Docs;

/// <param name="File">Where it is cut from.</param>
/// <param name="Member">What is cut.</param>
/// <param name="Shown">What the book shows.</param>
internal sealed partial record Excerpt(string File, string Member, string Shown)
{
    /// <summary>The blocks of C# that say where they are from.</summary>
    public static IReadOnlyList<Excerpt> ReadAll(string markdown) =>
    [
        .. Marked().Matches(markdown).Select(found =>
            new Excerpt(found.Groups["file"].Value, found.Groups["member"].Value, found.Groups["code"].Value.TrimEnd('\n'))),
    ];

    /// <summary>How many blocks of C# there are, marked or not.</summary>
    public static int CountBlocks(string markdown) => Block().Count(markdown);

    /// <summary>The member as it stands in its source; null where the source declares none of this name.</summary>
    public static string? Cut(string source, string member)
    {
        var lines = source.Split('\n');
        var declared = new Regex($@"^(?<indent> *)(?:[\w<>\[\]?,.()]+ )+{Regex.Escape(member)}\b(?! is\b)");
        for (var first = 0; first < lines.Length; first++)
        {
            if (declared.Match(lines[first]) is not { Success: true } found || IsStatement(lines[first])) continue;
            var indent = found.Groups["indent"].Value;
            var last = End(lines, first, indent);
            return string.Join('\n', lines[first..(last + 1)].Select(line =>
                line.StartsWith(indent, StringComparison.Ordinal) ? line[indent.Length..] : line)); // #pragma stands at the margin
        }
        return null;
    }

    /// <summary>Where a brace below the first character opens it, at the one that closes it; else at the first semicolon.</summary>
    static int End(string[] lines, int first, string indent)
    {
        for (var at = first; at < lines.Length; at++)
        {
            if (lines[at] == $"{indent}{{")
                return Array.FindIndex(lines, at, line => line.StartsWith($"{indent}}}", StringComparison.Ordinal));
            if (lines[at].EndsWith(';')) return at;
        }
        return lines.Length - 1;
    }

    static bool IsStatement(string line) => Statement().IsMatch(line);

    [GeneratedRegex(@"^ *(?:return|await|throw|var|if|while|foreach|lock|_ =|//)\b")]
    private static partial Regex Statement();

    [GeneratedRegex("^```csharp$", RegexOptions.Multiline)]
    private static partial Regex Block();

    const string Mark = @"^<!-- (?<file>[\w./-]+): (?<member>\w+) -->\n```csharp\n(?<code>.*?)^```$";

    [GeneratedRegex(Mark, RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Marked();
}
