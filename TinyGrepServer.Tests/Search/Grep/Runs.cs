// Runs of a search without a server around them: what comes out of one, and candidates that lie on the disk.

using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

/// <summary>What a run has found.</summary>
/// <param name="Lines">Dictionary, number, selected or not, bounds and text of each line, in order.</param>
internal sealed record Found(IReadOnlyList<string> Lines, StopReason Stop, IReadOnlyList<Problem> Problems)
{
    public override string ToString() => $"{Stop} {string.Join(", ", Problems)}\n{string.Join('\n', Lines)}";
}

internal static class Runs
{
    static readonly Grep Grep = new(new SearchSettings(), NullLogger.Instance);

    public static Task<Found> GrepAsync(GrepPlan plan, IReadOnlyList<Candidate> candidates, int max = int.MaxValue) =>
        RunAsync(ticket => new GrepRun(Grep, plan, candidates, ticket), max);

    public static Task<Found> ScanAsync(ScanPlan plan, IReadOnlyList<Candidate> candidates, int max = int.MaxValue) =>
        RunAsync(ticket => new ScanRun(plan, candidates, ticket), max);

    /// <summary>Reads the first lines, leaves the rest, and disposes the run twice.</summary>
    public static Task LeaveAsync(GrepPlan plan, IReadOnlyList<Candidate> candidates) =>
        LeaveAsync(ticket => new GrepRun(Grep, plan, candidates, ticket));

    public static Task LeaveAsync(ScanPlan plan, IReadOnlyList<Candidate> candidates) =>
        LeaveAsync(ticket => new ScanRun(plan, candidates, ticket));

    /// <summary>A file as the folder finds it.</summary>
    public static Candidate CandidateOf(int dictionary, string path)
    {
        using var handle = File.OpenHandle(path);
        return new Candidate(dictionary, Dictionaries.File(Path.GetFileName(path), path, FileVersion.Of(handle)!.Value));
    }

    static async Task LeaveAsync(Func<SearchTicket, ISearchRun> start)
    {
        using var meter = new Meter("tests");
        using var clock = new SearchClock(TimeSpan.FromMinutes(1));
        var run = start(await EnterAsync(meter, clock));
        Assert.IsTrue(await run.ReadAsync(new Sink(int.MaxValue), CancellationToken.None));
        await run.DisposeAsync();
        await run.DisposeAsync();
    }

    static async Task<Found> RunAsync(Func<SearchTicket, ISearchRun> start, int max)
    {
        using var meter = new Meter("tests");
        using var clock = new SearchClock(TimeSpan.FromMinutes(1));
        var sink = new Sink(max);
        await using var run = start(await EnterAsync(meter, clock));
        while (await run.ReadAsync(sink, CancellationToken.None)) sink.Send();
        return new Found(sink.Lines, run.Stop, run.Problems);
    }

    static async Task<SearchTicket> EnterAsync(Meter meter, SearchClock clock) =>
        await new SearchQueue(new SearchSettings(), meter).EnterAsync(clock, "", "grep", CancellationToken.None);

    sealed class Sink(int max) : ILineSink
    {
        public List<string> Lines { get; } = [];

        public Lock Gate { get; } = new();

        public int Held { get; private set; }

        public void Send() => Held = 0;

        public bool Add(in FoundLine line)
        {
            var text = line.Text.Length < 200
                ? Encoding.Latin1.GetString(line.Text)
                : string.Create(CultureInfo.InvariantCulture, $"{line.Text.Length} bytes");
            var bounds = string.Join(',', line.Bounds.ToArray());
            Lines.Add(string.Create(
                CultureInfo.InvariantCulture, $"{line.Dictionary}:{line.Number}{(line.Selected ? ':' : '-')}[{bounds}]{text}"));
            Held += line.Text.Length;
            return Lines.Count < max;
        }

        public bool TryRestart() => false;
    }
}
