// What to run, as plain data. Nothing is inherited and nothing is parsed: arguments are a list and reach the program as they
// are, so no shell can read a meaning into them; the environment is stated whole, so a run never depends on who started the
// server.

namespace TinyGrepServer.Processes;

/// <summary>What to run.</summary>
internal sealed record ChildCommand
{
    /// <summary>
    /// UTF-8, whatever the server's own locale. Only this category: with LC_ALL the results are the same, but grep opens eleven
    /// more files at each start.
    /// </summary>
    public static readonly (string Name, string Value) Utf8 = ("LC_CTYPE", "C.UTF-8");

    /// <summary>The bytes as they are, for programs that would take much longer over characters.</summary>
    public static readonly (string Name, string Value) Bytes = ("LC_ALL", "C");

    /// <summary>The program's absolute path.</summary>
    public required string Program { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The whole environment of the child; nothing is inherited.</summary>
    public IReadOnlyList<(string Name, string Value)> Environment { get; init; } = [Utf8];

    /// <summary>Whether its standard input will be written; else it is empty.</summary>
    public bool TakesInput { get; init; }

    /// <summary>The most address space it may map, in bytes (RLIMIT_AS); null: no limit.</summary>
    public long? MemoryBytes { get; init; }
}
