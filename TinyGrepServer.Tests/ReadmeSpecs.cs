// The README is run: its commands give the output it shows, its option table is the program's, and each row of its table
// of failures names a test that exists.

using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests;

[TestClass]
public sealed partial class ReadmeSpecs
{
    const string Address = "http://127.0.0.1:8080";

    static readonly string Readme = File.ReadAllText(Path.Join(TestServer.Root, "README.md"));

    [TestMethod, Timeout(300_000)]
    public async Task Every_command_gives_the_output_it_shows()
    {
        using var data = new TemporaryFolder();
        var seeded = await TestServer.RunAsync("seed", "--data", data.Path);
        Assert.AreEqual(0, seeded.ExitCode, seeded.Errors);
        await using var server = await TestServer.StartAsync("--data", data.Path, "--open-tokens");
        var examples = Console().Matches(Readme).SelectMany(block => Commands(block.Groups["text"].Value)).ToList();
        Assert.IsGreaterThan(8, examples.Count);

        foreach (var (command, shown) in examples)
        {
            var here = command.Replace(Address, server.Url.ToString().TrimEnd('/'), StringComparison.Ordinal);
            var shell = new ProcessStartInfo("bash", ["-c", here]) { WorkingDirectory = TestServer.Root };
            var (exitCode, output, errors) = await TestServer.RunAsync(shell);

            var printed = AnyPort().Replace(output, Address).TrimEnd('\n');
            Assert.AreEqual(0, exitCode, $"{command}\n{errors}");
            Assert.AreEqual(shown, printed, $"{command}\n{errors}");
        }
    }

    [TestMethod]
    public void The_options_are_those_of_the_program()
    {
        var expected = SettingOptions.All.Select(option =>
            $"| `--{option.Name} {Cell(option.Form)}` | {Cell(option.Help)} | `{option.EnvironmentName}` |");

        foreach (var row in expected) Assert.IsTrue(Readme.Contains(row, StringComparison.Ordinal), row);
        Assert.HasCount(SettingOptions.All.Count, OptionRow().Matches(Readme));

        static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Every_row_of_the_table_of_failures_is_shown_by_a_test()
    {
        var named = FailureRow().Matches(Readme).Select(row => row.Groups["test"].Value).ToList();
        var tests = typeof(FailureSpecs).GetMethods()
            .Where(method => method.GetCustomAttribute<TestMethodAttribute>() is not null)
            .Select(method => method.Name);

        CollectionAssert.AreEquivalent(tests.ToList(), named);
    }

    [TestMethod]
    public void Every_file_it_names_is_there()
    {
        var files = FileName().Matches(Readme).Select(name => name.Groups["file"].Value).Distinct();
        var sources = Directory.EnumerateFiles(TestServer.Root, "*.cs", SearchOption.AllDirectories).Select(Path.GetFileName).ToHashSet();

        var missing = files.Where(file => !sources.Contains(Path.GetFileName(file))).ToList();

        Assert.IsEmpty(missing, string.Join(", ", missing));
    }

    /// <summary>
    /// A line that begins with <c>$ </c> is a command; what follows up to the next one is its output. Variables set before are kept.
    /// </summary>
    static IEnumerable<(string Command, string Output)> Commands(string block)
    {
        var parts = $"\n{block}".Split("\n$ ", StringSplitOptions.RemoveEmptyEntries);
        var variables = "";
        foreach (var part in parts)
        {
            var lines = part.TrimEnd('\n').Split('\n', 2);
            if (Variable().IsMatch(lines[0])) variables += $"{lines[0]}; ";
            else yield return (variables + lines[0], lines.Length > 1 ? lines[1] : "");
        }
    }

    [GeneratedRegex("```console\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Console();

    [GeneratedRegex("^[A-Z]+=")]
    private static partial Regex Variable();

    [GeneratedRegex("http://127\\.0\\.0\\.1:[0-9]+")]
    private static partial Regex AnyPort();

    [GeneratedRegex("^\\| `--", RegexOptions.Multiline)]
    private static partial Regex OptionRow();

    [GeneratedRegex("^\\|.*\\| `(?<test>[A-Z][a-z_]\\w+_\\w+)` \\|$", RegexOptions.Multiline)]
    private static partial Regex FailureRow();

    [GeneratedRegex("`(?<file>[\\w/]+\\.cs)`")]
    private static partial Regex FileName();
}
