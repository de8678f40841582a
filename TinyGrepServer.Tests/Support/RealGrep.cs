// The grep of this machine, run by the test itself: what it prints is what an answer is measured against.

using System.Diagnostics;
using System.Text;

namespace TinyGrepServer.Tests.Search;

internal static class RealGrep
{
    /// <summary>Runs grep and returns the lines it prints, with U+FFFD for what is not UTF-8.</summary>
    public static async Task<(int ExitCode, string[] Lines)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("grep") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment.Remove("GREP_COLORS");
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        await errors;
        return (process.ExitCode, Split(output.ToArray()));
    }

    public static async Task<string[]> LinesAsync(params string[] arguments) => (await RunAsync(arguments)).Lines;

    /// <summary>The groups of a run with context and <c>-n</c>, each with its lines joined.</summary>
    public static string[] Groups(IEnumerable<string> numberedLines)
    {
        List<string> groups = [];
        List<string> group = [];
        foreach (var line in numberedLines.Append("--"))
        {
            if (line != "--")
            {
                group.Add(line[(line.IndexOfAny([':', '-']) + 1)..]);
                continue;
            }
            if (group.Count > 0) groups.Add(string.Join('\n', group));
            group.Clear();
        }
        return [.. groups];
    }

    static string[] Split(byte[] output)
    {
        List<string> lines = [];
        var rest = output.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            lines.Add(Encoding.UTF8.GetString(end < 0 ? rest : rest[..end])); // line by line: a newline is never part of a broken character
            rest = end < 0 ? [] : rest[(end + 1)..];
        }
        return [.. lines];
    }
}
