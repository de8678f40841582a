// A document of the repository, read as a test needs it: its commands with the output they show, its tables, blocks, links and
// anchors. A block marked console is typed into a shell: a line that begins with "$ " is a command, the lines up to the next
// are its output, and … in them stands for anything within a line. All blocks of a document share one shell, as for a reader
// who follows it from the top.

using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests;

/// <summary>One command of a document.</summary>
/// <param name="Typed">What follows the prompt.</param>
/// <param name="Shown">The output below it, without its last newline.</param>
internal sealed record ShownCommand(string Typed, string Shown);

internal sealed partial class Document
{
    const string Address = "http://127.0.0.1:8080";

    public Document(string path, string text) => (Path, Text) = (path, text);

    /// <summary>Every document of the project, by path from the top of the repository.</summary>
    public static IReadOnlyList<Document> All { get; } =
    [
        .. Directory.EnumerateFiles(TestServer.Root, "*.md")
            .Concat(Directory.EnumerateFiles(System.IO.Path.Join(TestServer.Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(file => new Document(System.IO.Path.GetRelativePath(TestServer.Root, file), File.ReadAllText(file)))
            .OrderBy(document => document.Path, StringComparer.Ordinal),
    ];

    public string Path { get; }

    public string Text { get; }

    /// <summary>The commands of its console blocks, from top to bottom.</summary>
    public IReadOnlyList<ShownCommand> Commands => [.. Blocks("console").SelectMany(Split)];

    /// <summary>The cells of each row of its tables, header rows included, lines of dashes not; <c>\|</c> is a plain bar.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows =>
    [
        .. WithoutBlocks.Split('\n')
            .Where(line => line.StartsWith('|') && !Dashes().IsMatch(line))
            .Select(line => Bar().Split(line.Trim('|')).Select(cell => cell.Trim().Replace(@"\|", "|", StringComparison.Ordinal)).ToList()),
    ];

    /// <summary>Where its links and pictures lead.</summary>
    public IReadOnlyList<string> Links => [.. Link().Matches(WithoutBlocks).Select(link => link.Groups["target"].Value)];

    /// <summary>What <c>#…</c> may name in it, made from its headings as GitHub makes them.</summary>
    public IReadOnlySet<string> Anchors =>
        Heading().Matches(WithoutBlocks)
            .Select(heading => NotInAnchor().Replace(heading.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-'))
            .ToHashSet(StringComparer.Ordinal);

    string WithoutBlocks => Block().Replace(Text, "");

    public static Document Of(string path) => All.Single(document => document.Path == path);

    /// <summary>The text of each block marked with a language.</summary>
    public IReadOnlyList<string> Blocks(string language) =>
        [.. Block().Matches(Text).Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["text"].Value)];

    /// <summary>Types its commands into a shell and compares what they print with what is shown.</summary>
    /// <param name="server">Whom they ask instead of http://127.0.0.1:8080.</param>
    public async Task RunAsync(Uri server)
    {
        var commands = Commands;
        Assert.AreNotEqual(0, commands.Count, $"{Path} shows no command");
        var mark = $"mark-{Guid.NewGuid():N}";
        var script = new StringBuilder("dotnet() { flock -o TinyGrepServer.sln dotnet \"$@\"; }\n"); // see Programs.Build
        foreach (var command in commands)
        {
            var here = command.Typed.Replace(Address, server.ToString().TrimEnd('/'), StringComparison.Ordinal);
            script.Append($"{here}\nprintf '\\n{mark} %s\\n' $?\n");
        }

        var start = new ProcessStartInfo("bash", ["-c", script.ToString()]) { WorkingDirectory = TestServer.Root };
        var (_, output, errors) = await TestServer.RunAsync(Programs.BuildAsTests(start));

        var printed = Regex.Split(output, $"\n{mark} ([0-9]+)\n"); // output, exit code, output, exit code, …, nothing
        Assert.HasCount((2 * commands.Count) + 1, printed, $"{Path}\n{output}{errors}");
        foreach (var (index, command) in commands.Index())
        {
            Assert.AreEqual("0", printed[(2 * index) + 1], $"{Path}: {command.Typed}\n{errors}");
            AssertShown(command, AnyPort().Replace(printed[2 * index], Address).TrimEnd('\n'), errors);
        }
    }

    /// <summary>Its links that lead to no file, or to no heading of one.</summary>
    public IEnumerable<string> BrokenLinks()
    {
        foreach (var target in Links.Where(target => !target.Contains("://", StringComparison.Ordinal)))
        {
            var parts = target.Split('#', 2);
            var file = FileOf(target);
            var document = file == Path ? this : All.FirstOrDefault(document => document.Path == file);
            if (document is null && !System.IO.Path.Exists(System.IO.Path.Join(TestServer.Root, file)))
                yield return $"{Path}: there is no {target}";
            else if (parts.Length == 2 && document?.Anchors.Contains(parts[1]) != true)
                yield return $"{Path}: there is no heading for {target}";
        }
    }

    /// <summary>The file of a link, by its path from the top of the repository.</summary>
    public string FileOf(string target)
    {
        var file = target.Split('#')[0];
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.Join(TestServer.Root, Path))!;
        return file.Length == 0 ? Path : System.IO.Path.GetRelativePath(TestServer.Root, System.IO.Path.Join(folder, file));
    }

    /// <summary>What the sources mean by the same, however it is laid out.</summary>
    public static string WithoutSpace(string text) => Space().Replace(text, "");

    /// <summary>Compares what a command printed with what is shown below it.</summary>
    public static void AssertShown(ShownCommand command, string printed, string errors)
    {
        var pattern = $"\\A{string.Join("[^\n]*", command.Shown.Split('…').Select(Regex.Escape))}\\z";
        if (!Regex.IsMatch(printed, pattern)) Assert.AreEqual(command.Shown, printed, $"{command.Typed}\n{errors}");
    }

    static IEnumerable<ShownCommand> Split(string block) =>
        from part in $"\n{block}".Split("\n$ ").Skip(1)
        let lines = part.TrimEnd('\n').Split('\n', 2)
        select new ShownCommand(lines[0], lines.Length > 1 ? lines[1] : "");

    [GeneratedRegex("^```(?<language>\\w*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex(@"^[|:\- ]+$")]
    private static partial Regex Dashes();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bar();

    [GeneratedRegex(@"http://127\.0\.0\.1:[0-9]+")]
    private static partial Regex AnyPort();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
