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

    [TestMethod, Timeout(60_000)]
    public async Task A_child_gets_its_standard_input_while_its_output_is_read()
    {
        var sent = new byte[10 << 20];
        new Random(1).NextBytes(sent);
        await using var child = await ChildProcess.StartAsync(
            new ChildCommand { Program = "/bin/cat", Arguments = [], TakesInput = true }, CancellationToken.None);
        using var received = new MemoryStream();

        var writing = WriteAsync();
        var buffer = new byte[64 << 10];
        while (await child.ReadAsync(buffer) is var read and > 0) received.Write(buffer.AsSpan(0, read));
        await writing;

        Assert.AreEqual(0, (await child.WaitAsync()).Code);
        Assert.IsTrue(sent.AsSpan().SequenceEqual(received.ToArray()));

        async Task WriteAsync()
        {
            Assert.IsTrue(await child.WriteAsync(sent));
            child.CloseInput();
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_child_that_reads_no_more_is_no_error_for_whoever_writes()
    {
        await using var child = await ChildProcess.StartAsync(
            new ChildCommand { Program = "/bin/true", Arguments = [], TakesInput = true }, CancellationToken.None);
        await child.WaitAsync();

        Assert.IsFalse(await child.WriteAsync(new byte[1 << 20]));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_child_that_is_killed_lets_its_writer_go()
    {
        await using var child = await ChildProcess.StartAsync(
            new ChildCommand { Program = "/bin/sleep", Arguments = ["60"], TakesInput = true }, CancellationToken.None);

        var writing = child.WriteAsync(new byte[1 << 20]);
        child.Kill();

        Assert.IsFalse(await writing);
    }
}
