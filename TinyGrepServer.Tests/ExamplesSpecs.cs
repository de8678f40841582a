// The scripts that somebody needs: each is short enough to be read at once, and does what its head says. Those whose output the
// documents show are run there.

using System.Diagnostics;
using System.IO.Compression;

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class ExamplesSpecs
{
    const int MaxLines = 60;

    [TestMethod]
    public void Each_is_read_in_a_minute_and_named_in_the_document()
    {
        var document = Document.Of("docs/scripts.md");
        var linked = document.Links.Select(document.FileOf).ToHashSet();
        foreach (var path in Directory.EnumerateFiles(Path.Join(TestServer.Root, "examples"), "*.cs"))
        {
            Assert.IsLessThanOrEqualTo(MaxLines, File.ReadAllLines(path).Length, path);
            Assert.Contains(Path.GetRelativePath(TestServer.Root, path), linked);
        }
    }

    [TestMethod, Timeout(240_000)]
    public async Task Notify_tells_of_each_new_line_once_also_of_those_written_while_it_was_away()
    {
        using var folder = new TemporaryFolder();
        var (log, told) = (folder.Write("app.log", "an old error\n"), Path.Join(folder.Path, "told.txt"));
        var script = folder.Script("tell.sh", $"echo \"$1\" >>{told}\n");

        await RunAsync("error 1", () => File.AppendAllTextAsync(log, "fine\nerror 1\n"));
        await File.AppendAllTextAsync(log, "error 2\n");
        await RunAsync("error 3", () => File.AppendAllTextAsync(log, "error 3\n"));

        Assert.AreEqual("error 1\nerror 2\nerror 3\n", await File.ReadAllTextAsync(told));

        async Task RunAsync(string until, Func<Task> write)
        {
            using var notify = Process.Start(Programs.Build("run", "examples/notify.cs", log, "error", script))!;
            await Wait.UntilAsync(() => File.Exists($"{log}~"), "it follows", TimeSpan.FromMinutes(2));
            await write();
            await Wait.UntilAsync(
                () => File.Exists(told) && File.ReadAllText(told).Contains(until, StringComparison.Ordinal),
                $"{until} is told", TimeSpan.FromMinutes(2));
            foreach (var child in ProcessTable.ChildrenOf(notify.Id).SelectMany(ProcessTable.ChildrenOf))
                await TestServer.RunAsync(Programs.Start("kill", [$"{child}"]));
            await notify.WaitForExitAsync();
        }
    }

    [TestMethod, Timeout(240_000)]
    public async Task Triage_reports_what_went_wrong_in_a_folder_of_logs_and_says_so_by_its_exit_code()
    {
        using var folder = new TemporaryFolder();
        folder.Write("sick/build-1.log", "ok\nMain.cs(3,1): error CS1002: ; expected\r\nMain.cs(4,1): error CS1513: } expected\r\n");
        folder.Write("sick/nightly/build-2.log", "not ok 3 - adds\nwrite: No space left on device\n");
        await using (var packed = new GZipStream(File.Create(Path.Join(folder.Path, "sick/build-0.log.gz")), CompressionLevel.Fastest))
            await packed.WriteAsync("panic: runtime error\n"u8.ToArray());
        folder.Write("well/build.log", "all is well\n");

        var (sick, report, errors) = await RunAsync("sick");
        var (well, nothing, _) = await RunAsync("well");

        Assert.AreEqual(1, sick, errors);
        Assert.AreEqual(
            """
            # Triage

            ## Compiler errors: 2 in 1 of the logs

            - `build-1.log:2` Main.cs(3,1): error CS1002: ; expected

            ## Failed tests: 1 in 1 of the logs

            - `nightly/build-2.log:1` not ok 3 - adds

            ## Crashes: 1 in 1 of the logs

            - `build-0.log.gz:1` panic: runtime error

            ## Disk full: 1 in 1 of the logs

            - `nightly/build-2.log:2` write: No space left on device

            """,
            report);
        Assert.AreEqual((0, "# Triage\n\nNothing that is known here.\n"), (well, nothing));

        Task<(int, string, string)> RunAsync(string logs) =>
            TestServer.RunAsync(Programs.Build("run", "examples/triage.cs", Path.Join(folder.Path, logs)));
    }
}
