// A log that keeps its lines, for specs of what is told and of what is not.

using Microsoft.Extensions.Logging;

namespace TinyGrepServer.Tests;

internal sealed class CapturedLog : ILogger
{
    readonly Lock gate = new();
    readonly List<(LogLevel Level, string Text, Exception? Thrown)> lines = [];

    public IReadOnlyList<(LogLevel Level, string Text, Exception? Thrown)> Lines
    {
        get
        {
            lock (gate) return [.. lines];
        }
    }

    public IEnumerable<(LogLevel Level, string Text, Exception? Thrown)> Errors => Lines.Where(line => line.Level >= LogLevel.Error);

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (gate) lines.Add((logLevel, formatter(state, exception), exception));
    }
}
