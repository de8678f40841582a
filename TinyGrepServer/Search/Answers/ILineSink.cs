// Between an engine and an answer: the engine hands over lines in order, the answer says when it has enough.

namespace TinyGrepServer.Search;

/// <summary>A line that an engine found, valid during the call only.</summary>
internal readonly ref struct FoundLine
{
    /// <summary>The longest line taken, in bytes; a longer one is left out, as a problem of its dictionary.</summary>
    public const int MaxBytes = 16 << 20;

    /// <summary>The dictionary's index in the search's list.</summary>
    public required int Dictionary { get; init; }

    /// <summary>The line's number, from 1; where only counts are asked for, the number of matching lines of the dictionary.</summary>
    public required long Number { get; init; }

    /// <summary>True for a match, false for a line of context.</summary>
    public required bool Selected { get; init; }

    /// <summary>The line's bytes without its newline.</summary>
    public required ReadOnlySpan<byte> Text { get; init; }

    /// <summary>The matched parts as pairs of byte offsets into <see cref="Text"/>: start, end, start, end …</summary>
    public Span<int> Bounds { get; init; }
}

/// <summary>Takes lines.</summary>
internal interface ILineSink
{
    /// <summary>Held by whoever hands lines over, or reads what has become of them.</summary>
    Lock Gate { get; }

    /// <summary>Bytes that wait to be sent. An engine stops after each <see cref="Step"/> of them: with context one line can
    /// become thousands.</summary>
    int Held { get; }

    /// <summary>How much a sink may grow before what it holds can be sent.</summary>
    const int Step = 64 << 10;

    /// <summary>Takes the next line; false: the answer has enough.</summary>
    bool Add(in FoundLine line);

    /// <summary>Forgets all lines so that the search can begin again; false where part of the answer has gone out.</summary>
    bool TryRestart();
}

/// <summary>Why a search ended.</summary>
internal enum StopReason
{
    /// <summary>Everything was searched.</summary>
    End,

    /// <summary>The answer has as many matches as it may.</summary>
    Limit,

    /// <summary>The time was up.</summary>
    Timeout,

    /// <summary>A dictionary could not be read to its end.</summary>
    Unreadable,
}

/// <summary>A search that is under way.</summary>
internal interface ISearchRun : IAsyncDisposable
{
    /// <summary>Why it ended, once <see cref="ReadAsync"/> has returned false.</summary>
    StopReason Stop { get; }

    /// <summary>Dictionaries that were not read to their end, in order; complete once <see cref="ReadAsync"/> has returned false.</summary>
    IReadOnlyList<Problem> Problems { get; }

    /// <summary>What does the work: <c>scan</c>, or <c>grep</c> with its options.</summary>
    string Engine { get; }

    /// <summary>How long it has taken, waiting for the client not included.</summary>
    TimeSpan Elapsed { get; }

    /// <summary>Hands the next lines to the sink; false when there are no more.</summary>
    Task<bool> ReadAsync(ILineSink sink, CancellationToken cancellationToken);
}
