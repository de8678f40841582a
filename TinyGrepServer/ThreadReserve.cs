// The pool's threads, started while there are descriptors. The runtime opens a pipe for each new thread and ends the process
// ("Out of memory.") where that fails, so a server that has run out of descriptors must not need a new thread. The project
// file tells the pool to keep its threads (ThreadTimeoutMs).

namespace TinyGrepServer;

internal static class ThreadReserve
{
    const int Threads = 16;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Has that many pool threads meet, so that all of them exist.</summary>
    public static void Fill()
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, Threads), ports);
        var meeting = new Barrier(Threads + 1); // not disposed: some still leave it while Fill returns
        for (var thread = 0; thread < Threads; thread++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static meeting => meeting.SignalAndWait(Patience), meeting, preferLocal: false);
        }
        meeting.SignalAndWait(Patience);
    }
}
