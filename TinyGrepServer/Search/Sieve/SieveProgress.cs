// Logs the progress of reading: a line per second while it lasts, and one when there is nothing left to read. Short readings after the
// first are not logged, or every edit of a file would be.

namespace TinyGrepServer.Search;

/// <summary>Not safe for several threads at once.</summary>
internal sealed partial class SieveProgress(ILogger log, TimeProvider time)
{
    const double Megabyte = 1e6;

    static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(1);

    bool isRunning;
    bool hasRun;
    long began;
    TimeSpan told;
    int files;
    long bytes;

    /// <summary>A file is about to be read.</summary>
    public void Begin()
    {
        if (isRunning) return;
        (isRunning, began, told, files, bytes) = (true, time.GetTimestamp(), TimeSpan.Zero, 0, 0);
    }

    /// <summary>A file has been read.</summary>
    /// <param name="length">Its bytes.</param>
    /// <param name="left">The files that can be read after it.</param>
    public void Add(long length, int left)
    {
        files++;
        bytes += length;
        var taken = time.GetElapsedTime(began);
        if (left == 0 || taken - told < BetweenLines) return;
        told = taken;
        LogReading(log, files, files + left, bytes / Megabyte);
    }

    /// <summary>There is nothing to read any more.</summary>
    public void End(long sieveBytes)
    {
        var taken = time.GetElapsedTime(began);
        var level = taken >= BetweenLines ? LogLevel.Information : LogLevel.Debug;
        if (!hasRun || level > LogLevel.Debug)
            LogRead(log, level, files, bytes / Megabyte, taken.TotalSeconds, sieveBytes / Megabyte);
        (isRunning, hasRun) = (false, true);
    }

    /// <summary>The sieve has no room for more.</summary>
    public void Full(int left, long sieveBytes) => LogFull(log, sieveBytes / Megabyte, left);

    [LoggerMessage(25, LogLevel.Information, "Reading the files: {Done:N0} of {All:N0}, {Megabytes:N0} MB")]
    static partial void LogReading(ILogger log, int done, int all, double megabytes);

    [LoggerMessage(EventId = 26, Message = "Read {Files:N0} files, {Megabytes:N0} MB, in {Seconds:0.0} s; the sieve has {Sieve:N0} MB")]
    static partial void LogRead(ILogger log, LogLevel level, int files, double megabytes, double seconds, double sieve);

    [LoggerMessage(27, LogLevel.Warning, "The sieve is full ({Megabytes:N0} MB); {Files:N0} files are searched without it")]
    static partial void LogFull(ILogger log, double megabytes, int files);
}
