// Waiting for a thing instead of sleeping: the condition is looked at again and again until it holds; less often the longer it takes, for
// a look costs as much as a request.

using System.Diagnostics;

namespace TinyGrepServer.Tests;

internal static class Wait
{
    const int Soonest = 2; // ms
    const int Latest = 25; // ms

    /// <summary>Returns when the condition holds; fails the test after <paramref name="limit"/> (15 s).</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, string what, TimeSpan? limit = null)
    {
        var began = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.IsLessThan(limit ?? TimeSpan.FromSeconds(15), began.Elapsed, $"Waited in vain: {what}");
            await Task.Delay((int)Math.Clamp(began.ElapsedMilliseconds / 10, Soonest, Latest));
        }
    }

    public static Task UntilAsync(Func<bool> holds, string what, TimeSpan? limit = null) =>
        UntilAsync(() => Task.FromResult(holds()), what, limit);
}
