// The grep program: where it is, what it may use, and what its refusals mean.

using System.ComponentModel;
using System.Text;
using TinyGrepServer.Processes;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed partial class Grep
{
    /// <summary>The most greps of one search that run at once.</summary>
    public static readonly int MaxOfASearch = Environment.ProcessorCount + 1;

    readonly string program;
    readonly SearchSettings settings;
    readonly ILogger log;

    /// <exception cref="UsageError">There is no GNU grep on PATH.</exception>
    public Grep(SearchSettings settings, ILogger log)
    {
        this.settings = settings;
        this.log = log;
        program = Executable.Find("grep") ?? throw new UsageError("There is no grep on PATH; install GNU grep.");
        if (OpenedFiles.CanBeNamed)
            FilesAtOnce = (int)Math.Clamp(ProcessLimits.OpenFiles / 4 / (settings.MaxSearches * MaxOfASearch), 16, int.MaxValue);
        else LogFeeds(log);
    }

    /// <summary>
    /// How many files one grep may be given, each a descriptor of ours while it runs; 0: it could not open what we have open, and is fed.
    /// </summary>
    public int FilesAtOnce { get; }

    /// <summary>Starts grep on some files.</summary>
    /// <exception cref="ApiError">503: the system has no process, descriptor or memory left for it.</exception>
    public Task<ChildProcess> StartAsync(GrepCommand command, IEnumerable<string> files, CancellationToken cancellationToken) =>
        StartAsync(command, [.. command.Arguments, .. files], takesInput: false, cancellationToken);

    /// <summary>Starts grep on its standard input, which the caller writes.</summary>
    /// <exception cref="ApiError">503: the system has no process, descriptor or memory left for it.</exception>
    public Task<ChildProcess> StartFedAsync(GrepCommand command, CancellationToken cancellationToken) =>
        StartAsync(command, command.Arguments, takesInput: true, cancellationToken);

    /// <summary>Has grep read the pattern and nothing else.</summary>
    /// <exception cref="ApiError">400: it refuses the pattern. 503: there is no room for another grep.</exception>
    public async Task CheckAsync(GrepCommand command, CancellationToken cancellationToken)
    {
        await using var child = await StartAsync(command, ["/dev/null"], cancellationToken);
        await using var end = cancellationToken.Register(child.Kill);
        var exit = await child.WaitAsync();
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfPatternIsBad(command, exit, exit, null);
    }

    /// <summary>Says why grep refused, after it ended with an error.</summary>
    /// <param name="onNothing">The same command against <c>/dev/null</c>: when it fails too, the pattern is at fault.</param>
    /// <param name="files">The files it was given; null: none.</param>
    /// <exception cref="ApiError">400: the pattern, in grep's own words.</exception>
    public void ThrowIfPatternIsBad(GrepCommand command, ChildExit failed, ChildExit onNothing, OpenedFiles? files)
    {
        if (onNothing.Code > 1) throw ApiError.BadRequest(Words(onNothing, files));
        if (failed.Code <= 1) return;
        var gaveUpOnText = command.Options.Contains("-P") && files?.Refused().Any() != true;
        if (gaveUpOnText) throw ApiError.BadRequest(Words(failed, files));
        LogFailed(log, failed.Code, Words(failed, files));
    }

    async Task<ChildProcess> StartAsync(
        GrepCommand command, IReadOnlyList<string> arguments, bool takesInput, CancellationToken cancellationToken)
    {
        try
        {
            return await ChildProcess.StartAsync(
                new ChildCommand
                {
                    Program = program,
                    Arguments = arguments,
                    Environment = command.Environment,
                    MemoryBytes = settings.MemoryBytes,
                    TakesInput = takesInput,
                },
                cancellationToken);
        }
        catch (Win32Exception failed) when (ProcessLimits.AreReachedBy(failed))
        {
            LogExhausted(log, failed.Message);
            throw ApiError.Unavailable("The system has no resources for another grep; try again shortly.");
        }
    }

    /// <summary>grep's message without its warnings and without any path of ours.</summary>
    string Words(ChildExit exit, OpenedFiles? files)
    {
        var lines = Encoding.UTF8.GetString(exit.Errors.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var words = lines.FirstOrDefault(line => !line.StartsWith("grep: warning:", StringComparison.Ordinal));
        if (words is null && exit.Code > 128) return $"grep was ended by signal {exit.Code - 128} on this pattern.";
        if (words is null) return "grep refused this pattern.";
        words = words.Replace($"{program}: ", "grep: ", StringComparison.Ordinal);
        words = files?.InOurWords(words) ?? words;
        return Printable.Excerpt(words.Replace("(standard input): ", "", StringComparison.Ordinal), 500);
    }

    [LoggerMessage(20, LogLevel.Warning, "grep could not be started: {Reason}")]
    static partial void LogExhausted(ILogger log, string reason);

    [LoggerMessage(22, LogLevel.Warning, "grep cannot read the files that this process has open (/proc/PID/fd): their text is fed to it.")]
    static partial void LogFeeds(ILogger log);

    [LoggerMessage(21, LogLevel.Warning, "grep ended with {Code}: {Words}")]
    static partial void LogFailed(ILogger log, int code, string words);
}
