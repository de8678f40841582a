// The settings of the search slice.

namespace TinyGrepServer.Search;

/// <summary>What answers a question; both give the same bytes.</summary>
public enum SearchEngine
{
    /// <summary>grep, for every question.</summary>
    Grep,

    /// <summary>A scan in process for terms without regular-expression meaning, grep for all others.</summary>
    Auto,
}

/// <summary>How changes of the folder are noticed.</summary>
public enum WatchMode
{
    /// <summary>The system reports them, where it can; else as <see cref="Off"/>.</summary>
    Auto,

    /// <summary>Each search checks the whole folder.</summary>
    Off,
}

/// <summary>Where the dictionaries are and how much a search may take.</summary>
public sealed record SearchSettings
{
    /// <summary>
    /// The folder to search; every regular file in it or below it is a dictionary. The default is <c>dicts</c> in the
    /// current folder, or else the dictionaries shipped beside the program.
    /// </summary>
    public string Folder { get; init; } = Directory.Exists("dicts") ? "dicts" : Path.Join(AppContext.BaseDirectory, "dicts");

    /// <summary>
    /// The dictionary the first API searches when a request names none; null: <c>quotes.txt</c>, else the first of the folder.
    /// </summary>
    public string? DefaultDictionary { get; init; }

    /// <summary>How changes in the folder are noticed; either way, the next question sees the last write.</summary>
    public WatchMode Watch { get; init; } = WatchMode.Auto;

    /// <summary>What answers a question.</summary>
    public SearchEngine Engine { get; init; } = SearchEngine.Grep;

    /// <summary>
    /// Whether lines are as a person sees them (without carriage returns, byte order marks and holes of NULs), and UTF-16 and gzip files
    /// are decoded; else the bytes are searched as they are.
    /// </summary>
    public bool Decode { get; init; } = true;

    /// <summary>The most memory for cached answers, in bytes; 0 turns the cache off.</summary>
    public long CacheBytes { get; init; } = 64L << 20;

    /// <summary>The most memory for the sieve, which rules out files without a match, in bytes; 0: there is none.</summary>
    public long IndexBytes { get; init; } = 256L << 20;

    /// <summary>Bytes after which an answer of the full API ends, with a cursor for the rest; it always has at least one match.</summary>
    public long AnswerBytes { get; init; } = 64L << 20;

    /// <summary>Searches that run at once; further ones wait. One search runs up to one grep more than there are cores.</summary>
    public int MaxSearches { get; init; } = 4 * Environment.ProcessorCount;

    /// <summary>Searches that may wait; one more is answered 503 at once.</summary>
    public int Queue { get; init; } = 1_000;

    /// <summary>Clients that may follow at once; one more is answered 503.</summary>
    public int MaxFollows { get; init; } = 100;

    /// <summary>How long a search may take, including its wait for a turn but not waits for a slow client.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a search request may take: reading its body, the search, and reporting a timeout.</summary>
    internal TimeSpan RequestTimeout => Timeout + TimeSpan.FromSeconds(30);

    /// <summary>The address space of one grep, in bytes; a pattern that needs more is refused.</summary>
    public long MemoryBytes { get; init; } = 512L << 20;

    /// <summary>Files and folders that are not dictionaries even if they are in the folder: the server's own data.</summary>
    internal IReadOnlyList<string> Closed { get; init; } = [];
}
