// Server-Timing of a search: how long each layer took, and what it left to the next. Not in the body: the same question on the same
// files gives the same bytes.

using System.Globalization;

namespace TinyGrepServer.Search;

internal readonly record struct SearchTiming
{
    /// <summary>The look at what has changed in the folder, and the choice of files.</summary>
    public TimeSpan Looked { get; init; }

    /// <summary>The sieve.</summary>
    public TimeSpan Sieved { get; init; }

    /// <summary>The dictionaries that the sieve left.</summary>
    public int Candidates { get; init; }

    /// <summary>All that were asked.</summary>
    public int Dictionaries { get; init; }

    /// <summary>The wait for a turn.</summary>
    public TimeSpan Waited { get; init; }

    /// <summary>The field's value.</summary>
    /// <param name="engine">What did the rest.</param>
    /// <param name="elapsed">How long that took; null: the answer is sent before it is over.</param>
    public string With(string engine, TimeSpan? elapsed) => string.Create(
        CultureInfo.InvariantCulture,
        $"folder;dur={Looked.TotalMilliseconds:0.0}, "
        + $"sieve;desc=\"{Candidates} of {Dictionaries}\";dur={Sieved.TotalMilliseconds:0.0}, "
        + $"queue;dur={Waited.TotalMilliseconds:0.0}, search;desc=\"{engine}\"{(elapsed is { } took ? Duration(took) : "")}");

    static string Duration(TimeSpan took) => string.Create(CultureInfo.InvariantCulture, $";dur={took.TotalMilliseconds:0.0}");
}
