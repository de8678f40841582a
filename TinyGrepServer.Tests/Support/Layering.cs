// Reads C# sources well enough to see which folder uses which: comments and strings are blanked, then a use is a using, a
// qualified name, or a bare type name that the namespace lets through. No compiler needed, and it can be tried on made-up files.

using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests;

/// <param name="Path">Relative to the product's folder, with slashes: <c>Search/Grep/Grep.cs</c>.</param>
/// <param name="Text">The whole file.</param>
internal sealed partial record Source(string Path, string Text)
{
    /// <summary>The first folder, which is the namespace and the layer.</summary>
    public string Folder => Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.IndexOf('/', StringComparison.Ordinal)] : "";

    /// <summary>The folder it lies in.</summary>
    public string Room => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>The text with comments and the insides of strings blanked, line breaks kept.</summary>
    public string Code { get; } = Noise().Replace(Text, match => match.Value[0] is '/' or '"' or '\'' or '@' or '$'
        ? new string([.. match.Value.Select(letter => letter == '\n' ? '\n' : ' ')])
        : match.Value);

    /// <summary>Types of the file, nested ones included.</summary>
    public IReadOnlyList<string> DeclaredTypes { get; init; } = [];

    /// <summary>Types that other files can name without their container.</summary>
    public IReadOnlyList<string> TopTypes { get; init; } = [];

    public static Source Read(string path, string text)
    {
        var source = new Source(path, text);
        var declarations = Declaration().Matches(source.Code);
        return source with
        {
            DeclaredTypes = [.. declarations.Select(match => match.Groups["name"].Value).Distinct()],
            TopTypes = [.. declarations.Where(match => match.Value[0] != ' ').Select(match => match.Groups["name"].Value).Distinct()],
        };
    }

    public bool Uses(string pattern) => Regex.IsMatch(Code, pattern);

    // Holes of interpolated strings are blanked with the string: a type used only there is used elsewhere, too, as a rule.
    [GeneratedRegex(
        """//[^\n]*|/\*.*?\*/|\$*\"\"\".*?\"\"\"|[$@]*@[$]*"(?:[^"]|"")*"|\$?"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""",
        RegexOptions.Singleline)]
    private static partial Regex Noise();

    [GeneratedRegex(
        @"^[ ]{0,4}(?:(?:public|internal|private|sealed|static|abstract|readonly|partial|file|unsafe|ref)\s+)*"
        + @"(?:class|record\s+struct|record\s+class|record|struct|interface|enum)\s+(?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();
}

/// <summary>The direction of dependency, the namespaces, and who alone may do what.</summary>
internal static class Layering
{
    static readonly string[] Slices = ["Search", "Messages", "Movies", "Relay", "Jobs", "Web", "Diagnostics"];
    static readonly string[] ForSlices = ["Server", "Processes", "Storage", "Access", "Telemetry"];

    /// <summary>The only files at the top that may know slices.</summary>
    static readonly string[] Top =
    [
        "App.cs", "AppBuilder.cs", "CommandLine.cs", "Program.cs", "SettingOptions.cs", "SettingOptions.Search.cs", "SettingValues.cs",
        "Settings.cs", "TinyServer.cs", "Verbs.cs",
    ];

    /// <summary>Each use that goes against the direction of dependency, in words.</summary>
    public static IEnumerable<string> Violations(IReadOnlyList<Source> sources)
    {
        var folders = sources.Select(source => source.Folder).Append("").Distinct().ToArray();
        foreach (var source in sources)
        {
            foreach (var folder in folders.Where(folder => folder != source.Folder && !MayUse(source, folder)))
            {
                if (Use(source, folder, sources) is { } use)
                    yield return $"{source.Path} uses {(folder.Length > 0 ? folder : "the top")}: {use}";
            }
        }
    }

    /// <summary>Files whose namespace is not their first folder.</summary>
    public static IEnumerable<string> Misplaced(IEnumerable<Source> sources) =>
        from source in sources
        where source.Path != "Program.cs"
        let wanted = source.Folder.Length > 0 ? $"TinyGrepServer.{source.Folder}" : "TinyGrepServer"
        where !source.Uses($@"(?m)^namespace {Regex.Escape(wanted)};")
        select $"{source.Path} is not in namespace {wanted}";

    /// <summary>Files outside the kernel that know what it listens with.</summary>
    public static IEnumerable<string> Listeners(IEnumerable<Source> sources) =>
        from source in sources
        where source.Folder != "Server" && source.Uses(@"\bHttpListener\w*")
        select $"{source.Path} knows HttpListener";

    /// <summary>Files that start processes, beside the one that may.</summary>
    public static IEnumerable<string> Starters(IEnumerable<Source> sources) =>
        from source in sources
        where source.Path != "Processes/ChildProcess.cs"
        where source.Uses(@"\bProcess\.Start\s*\(|\bProcessStartInfo\b|new (?:System\.Diagnostics\.)?Process\b")
        select $"{source.Path} starts processes";

    /// <summary>Files of layers and slices that take the system's clock, which they are given: a test has another.</summary>
    public static IEnumerable<string> Clocks(IEnumerable<Source> sources) =>
        from source in sources
        where source.Folder.Length > 0 && source.Path != "Server/HttpServer.cs"
        where source.Uses(@"\bTimeProvider\.System\b")
        select $"{source.Path} takes the system's clock";

    static bool MayUse(Source source, string folder) => source.Folder switch
    {
        "" => Top.Contains(source.Path) || !Slices.Contains(folder),
        "Server" or "Processes" => false,
        "Access" => folder is "Server" or "Storage",
        "Storage" or "Telemetry" => folder == "Server",
        _ => ForSlices.Contains(folder),
    };

    static string? Use(Source source, string folder, IReadOnlyList<Source> sources)
    {
        var declared = sources.Where(other => other.Folder == folder).SelectMany(other => other.DeclaredTypes).Distinct();
        if (folder.Length == 0) declared = declared.Where(type => !source.Uses($@"\w\??\s+{type}\s*(?:\{{|=>)")); // a property of its own
        var types = string.Join('|', declared.Select(Regex.Escape));
        if (folder.Length == 0) return types.Length == 0 ? null : Found(source, BareName(types)); // visible without a using
        return Found(source, $@"using\s+(?:static\s+|\w+\s*=\s*)*(?:global::)?TinyGrepServer\.{folder}\b[^;]*;")
            ?? Found(source, $@"(?<![\w])TinyGrepServer\.{folder}\.\w+")
            ?? (types.Length == 0 ? null : Found(source, $@"(?<![.\w]){folder}\.(?:{types})\b"));
    }

    static string BareName(string types) =>
        $@"(?<![.\w])(?:TinyGrepServer\.)?(?:{types})\s*[.(]|\bnew (?:{types})\b"
        + $@"|(?<![.\w])(?:{types})\??\s+\w+\s*[,;)=]|<(?:{types})\??[>,]";

    static string? Found(Source source, string pattern) =>
        Regex.Match(source.Code, pattern) is { Success: true } match ? match.Value.Trim() : null;
}
