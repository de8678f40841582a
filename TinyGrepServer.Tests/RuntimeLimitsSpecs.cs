// Limits of the process under which the runtime would end with a stack trace, or before the first line of ours: the program and
// run.sh say so in one line, and with the least they ask for the server works.

using System.Text.RegularExpressions;
using TinyGrepServer.Tests.Search;

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class RuntimeLimitsSpecs
{
    [TestMethod, Timeout(60_000)]
    [DataRow("-n 64", "open files", "64", "192")]
    [DataRow("-n 191", "open files", "191", "192")]
    [DataRow("-v 4194304", "address space", "4096 MiB", "6144 MiB")]
    public async Task The_program_names_a_limit_that_is_too_small_and_what_it_needs(string? limit, string what, string value, string min)
    {
        ArgumentNullException.ThrowIfNull(limit);
        foreach (var verb in (string[])["serve", "search"])
        {
            var (exitCode, output, errors) = await TestServer.RunAsync(Programs.Shell($"ulimit {limit}; exec \"$@\"", verb, "cache"));

            AssertOneLine(exitCode, output, errors, "tinygrep: ", what, value, min, $"{limit}".Split(' ')[0]);
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task An_ordinary_user_is_told_of_too_few_processes()
    {
        var command = Unprivileged.Command("--port", "0");
        // All that a user runs counts, and other tests' servers run as nobody: this one is nobody else's.
        var words = command.ArgumentList.Select(word => word == "--reuid=nobody" ? "--reuid=61234" : word);
        var start = Programs.Start("prlimit", ["--nproc=20:20", "--", command.FileName, .. words]);

        var (exitCode, output, errors) = await TestServer.RunAsync(start);

        AssertOneLine(exitCode, output, errors, "tinygrep: ", "processes and threads", "20", "64");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("-n 20", "20 open files", DisplayName = "the runtime could not even load its compiler")]
    [DataRow("-v 1048576", "1048576 KiB of address space", DisplayName = "the runtime could not make its heap")]
    [DataRow("-n 64", "64 open files")]
    [DataRow("-v 4194304", "4194304 KiB of address space")]
    public async Task The_script_says_so_where_the_runtime_would_not_start(string limit, string named)
    {
        var (exitCode, output, errors) = await TestServer.RunAsync(
            Programs.Start("bash", ["-c", $"ulimit {limit}; exec ./run.sh search cache"]));

        AssertOneLine(exitCode, output, errors, "run.sh: ", named, "at least");
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("-n 192", DisplayName = "open files")]
    [DataRow("-v 6291456", DisplayName = "address space")]
    public async Task With_the_least_of_it_the_server_answers(string limit)
    {
        await using var server = await TestServer.StartInShellAsync($"ulimit {limit}; exec \"$@\"");

        await server.GetAsync("/api/v1/search?q=cache").OkAsync();
        await server.GetAsync("/readyz").OkAsync();
    }

    [TestMethod]
    public async Task Program_script_and_manual_name_the_same_numbers()
    {
        var program = await File.ReadAllTextAsync(Path.Join(TestServer.Root, "TinyGrepServer", "RuntimeLimits.cs"));
        var script = await File.ReadAllTextAsync(Path.Join(TestServer.Root, "run.sh"));
        var manual = await File.ReadAllTextAsync(Path.Join(TestServer.Root, "docs", "limits.md"));
        string[] inScript = [.. Regex.Matches(script, @"at_least (\d+) ").Select(match => match.Groups[1].Value)];

        CollectionAssert.AreEqual(new[] { "192", $"{6L << 20}", "64" }, inScript);
        foreach (var line in (string[])["MinDescriptors = 192;", "MinAddressSpace = 6L << 30;", "MinProcesses = 64;"])
            Assert.Contains(line, program);
        foreach (var said in (string[])["192 open files", "6 GiB of address space", "64 processes and threads"])
            Assert.Contains(said, manual);
    }

    static void AssertOneLine(int exitCode, string output, string errors, string start, params string[] named)
    {
        Assert.AreEqual((2, ""), (exitCode, output), errors);
        Assert.AreEqual(1, errors.Count(letter => letter == '\n'), errors);
        Assert.StartsWith(start, errors);
        foreach (var name in named) Assert.Contains(name, errors);
    }
}
