// No child outlives its server for long: its processor time is a lease that only a living server renews.

using System.Globalization;
using TinyGrepServer.Processes;

namespace TinyGrepServer.Tests.Processes;

[TestClass]
public sealed class ProcessorTimeSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task A_child_that_works_for_long_has_its_lease_renewed()
    {
        await using var child = await ChildProcess.StartAsync(
            new ChildCommand { Program = "/bin/sh", Arguments = ["-c", "echo $$; while :; do :; done"] }, CancellationToken.None);
        var buffer = new byte[32];
        var read = await child.ReadAsync(buffer);
        var id = int.Parse(buffer.AsSpan(0, read - 1), CultureInfo.InvariantCulture);

        await Wait.UntilAsync(
            () => SecondsOf(id) >= ResourceLimits.Lease + 2, "it may use more than it was lent at first", TimeSpan.FromSeconds(50));

        Assert.IsTrue(ProcessTable.IsAlive(id));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_child_that_has_used_up_its_lease_counts_as_ended_by_others()
    {
        await using var child = await ChildProcess.StartAsync(
            new ChildCommand { Program = "/bin/sh", Arguments = ["-c", "kill -XCPU $$"] }, CancellationToken.None);

        var exit = await child.WaitAsync();

        Assert.AreEqual((152, true), (exit.Code, exit.SignalledByOthers));
    }

    /// <summary>The seconds of processor time that a process may use.</summary>
    static int SecondsOf(int id)
    {
        const string Start = "Max cpu time";
        var line = File.ReadLines($"/proc/{id}/limits").Single(line => line.StartsWith(Start, StringComparison.Ordinal));
        var soft = line[Start.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        Assert.AreNotEqual("unlimited", soft);
        return int.Parse(soft, CultureInfo.InvariantCulture);
    }
}
