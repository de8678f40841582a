// How long the machine itself stood still: a bound on what a user waits for is a bound on the server, not on who else has the
// processor meanwhile.

using System.Diagnostics;

namespace TinyGrepServer.Tests;

/// <summary>Watches from its making to its end, by a thread that does nothing but wake up.</summary>
internal sealed class Standstill : IDisposable
{
    static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(10);

    long longest; // ticks
    volatile bool isOver;

    public Standstill() => new Thread(Watch) { IsBackground = true }.Start();

    /// <summary>How much later than asked it woke up, at worst.</summary>
    public TimeSpan Longest => new(Volatile.Read(ref longest));

    public void Dispose() => isOver = true;

    void Watch()
    {
        while (!isOver)
        {
            var began = Stopwatch.GetTimestamp();
            Thread.Sleep(Nap);
            Volatile.Write(ref longest, Math.Max(longest, (Stopwatch.GetElapsedTime(began) - Nap).Ticks));
        }
    }
}
