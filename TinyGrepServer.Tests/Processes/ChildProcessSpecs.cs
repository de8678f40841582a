// The process wrapper on its own: what it does about a program that cannot be started, or not yet.

using System.ComponentModel;
using TinyGrepServer.Processes;

namespace TinyGrepServer.Tests.Processes;

[TestClass]
public sealed class ChildProcessSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task A_script_that_is_still_open_for_writing_is_started_once_it_is_closed()
    {
        using var folder = new TemporaryFolder();
        var script = Path.Join(folder.Path, "script");
        await File.WriteAllTextAsync(script, "#!/bin/sh\nexit 7\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var writer = File.OpenHandle(script, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);

        var starting = ChildProcess.StartAsync(new ChildCommand { Program = script, Arguments = [] }, CancellationToken.None);
        var startedAtOnce = starting.IsCompleted;
        writer.Dispose();
        await using var child = await starting;
        var exit = await child.WaitAsync();

        Assert.IsFalse(startedAtOnce);
        Assert.AreEqual(7, exit.Code);
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_program_that_is_not_there_is_an_error_with_the_reason()
    {
        const int NoSuchFile = 2; // ENOENT

        var refused = await Assert.ThrowsExactlyAsync<Win32Exception>(
            () => ChildProcess.StartAsync(new ChildCommand { Program = "/no/such/program", Arguments = [] }, CancellationToken.None));

        Assert.AreEqual(NoSuchFile, refused.NativeErrorCode);
    }
}
