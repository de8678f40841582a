// How long the machine itself stood still: a bound on what a user waits for is a bound on the server, not on who else has the
// processor meanwhile.

using System.Diagnostics;

namespace TinyGrepServer.Tests;

/// <summary>Watches from its making to its end, by a thread that does nothing but wake up.</summary>
internal sealed class Standstill : IDisposable
{
    const int Nap = 10; // ms

    long longest; // ticks
    volatile bool isOver;

    public Standstill() => new Thread(Watch) { IsBackground = true }.Start();

    /// <summary>The longest of the times between two wakings.</summary>
    public TimeSpan Longest => new(Interlocked.Read(ref longest));

    public void Dispose() => isOver = true;

    void Watch()
    {
        while (!isOver)
        {
            var began = Stopwatch.GetTimestamp();
            Thread.Sleep(Nap);
            var took = Stopwatch.GetElapsedTime(began).Ticks;
            if (took > longest) Interlocked.Exchange(ref longest, took);
        }
    }
}
