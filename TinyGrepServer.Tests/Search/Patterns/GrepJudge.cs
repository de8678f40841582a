// Asks the grep of this machine about small texts: what it prints, where it sees matches, and with what code it ends.

using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace TinyGrepServer.Tests.Search;

internal static class GrepJudge
{
    /// <summary>Which of the lines grep finds, by index.</summary>
    public static IEnumerable<int> Found(RandomPatternCase asked, IEnumerable<string> lines)
    {
        var (_, output) = Ask(asked, lines, "--color=never");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => int.Parse(line.AsSpan(0, line.IndexOf(':', StringComparison.Ordinal)), CultureInfo.InvariantCulture) - 1);
    }

    /// <summary>What grep prints of the lines, and its code.</summary>
    /// <param name="color">With <c>--color=always</c> it marks where it sees matches.</param>
    /// <param name="locale">What decides how it reads bytes.</param>
    public static (int Code, string Output) Ask(
        RandomPatternCase asked, IEnumerable<string> lines, string color, string locale = "C.UTF-8")
    {
        var start = new ProcessStartInfo("grep")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        foreach (var argument in (string[])["-n", "-a", color, .. asked.Options, "-e", asked.Query.Term]) start.ArgumentList.Add(argument);
        start.Environment.Remove("GREP_COLORS");
        start.Environment["LC_ALL"] = locale;
        using var grep = Process.Start(start)!;
        try
        {
            var text = string.Concat(lines.Select(line => line + "\n"));
            grep.StandardInput.Write(text); // less than a pipe holds: written before anything is read
            grep.StandardInput.Close();
        }
        catch (IOException)
        {
            // a pattern that grep refuses is refused before anything is read
        }
        var output = grep.StandardOutput.ReadToEnd();
        grep.StandardError.ReadToEnd(); // warnings, and fewer than a pipe holds, too
        grep.WaitForExit();
        return (grep.ExitCode, output);
    }
}
