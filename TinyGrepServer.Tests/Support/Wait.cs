// Waiting for a thing instead of sleeping: the condition is looked at again and again until it holds.

namespace TinyGrepServer.Tests;

internal static class Wait
{
    /// <summary>Returns when the condition holds; fails the test after <paramref name="limit"/> (15 s).</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, string what, TimeSpan? limit = null)
    {
        var deadline = DateTime.UtcNow + (limit ?? TimeSpan.FromSeconds(15));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!await holds())
        {
            Assert.IsTrue(DateTime.UtcNow < deadline, $"Waited in vain: {what}");
            await tick.WaitForNextTickAsync();
        }
    }

    public static Task UntilAsync(Func<bool> holds, string what, TimeSpan? limit = null) =>
        UntilAsync(() => Task.FromResult(holds()), what, limit);
}
