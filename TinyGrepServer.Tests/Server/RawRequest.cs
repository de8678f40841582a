// A row of RawRequests.txt, read: requests for one connection, and what each is to be answered with.

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Server;

/// <param name="Text">The row as it stands.</param>
/// <param name="Sent">Each request.</param>
/// <param name="Expected">Of each answer the status first, then what it must have.</param>
/// <param name="ThroughNginx">The status there; null: the same; <c>-</c>: not sent there.</param>
internal sealed partial record RawRequest(
    string Text, IReadOnlyList<string> Sent, IReadOnlyList<string[]> Expected, string Section, string? ThroughNginx)
{
    /// <summary>The rows of the table, with their names filled in.</summary>
    public static IReadOnlyList<RawRequest> ReadAll(IReadOnlyDictionary<string, string> names)
    {
        var lines = File.ReadAllLines(Path.Join(TestServer.Root, "TinyGrepServer.Tests", "Server", "RawRequests.txt"));
        return [.. lines.Where(line => line.Length > 0 && line[0] != '#').Select(line => Read(line, names))];
    }

    /// <summary>The bytes of a request: header lines ended, a Host where the row leaves it out, escapes decoded.</summary>
    public static byte[] Bytes(string sent)
    {
        var text = LineEnd().Replace(sent, "\r\n");
        var first = text.Split("\r\n")[0];
        var isRaw = Version().IsMatch(text.StartsWith("\\x0d", StringComparison.Ordinal) ? text : first);
        if (!isRaw) text = $"{first} HTTP/1.1\r\nHost: 127.0.0.1{text[first.Length..]}";
        if (!text.Contains("\r\n\r\n", StringComparison.Ordinal)) text += "\r\n\r\n";
        return Encoding.Latin1.GetBytes(Escape().Replace(text, escape => $"{(char)int.Parse(
            escape.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)}"));
    }

    /// <summary>What of an answer is not as the row says; empty where all is.</summary>
    public static IEnumerable<string> Differences(string[] expected, RawReply? reply)
    {
        if (reply is null) return ["no answer"];
        List<string> wrong = [];
        var isRight = $"{reply.Status}" == expected[0];
        if (!isRight) wrong.Add($"status {reply.Status}, not {expected[0]}");
        if (!reply.Whole) wrong.Add("not whole");
        wrong.AddRange(expected.Skip(1).Select(wanted => Difference(wanted, reply)).OfType<string>());
        return wrong;
    }

    static string? Difference(string wanted, RawReply reply)
    {
        if (wanted == "junk") return null;
        if (wanted[0] == '!') return reply.Header(wanted[1..]) is { } there ? $"{wanted[1..]}: {there} is there" : null;
        var isPart = wanted.Contains(" ~ ", StringComparison.Ordinal);
        var (name, value) = Two(wanted, isPart ? " ~ " : ": ");
        var seen = name switch
        {
            "body" => reply.Text,
            "length" => reply.Body.Length.ToString(CultureInfo.InvariantCulture),
            _ => reply.Header(name) ?? "",
        };
        var fits = isPart ? seen.Contains(value, StringComparison.Ordinal) : seen == value;
        return fits ? null : $"{name} is '{seen[..Math.Min(seen.Length, 200)]}', not '{value}'";
    }

    static RawRequest Read(string line, IReadOnlyDictionary<string, string> names)
    {
        var filled = Name().Replace(line, found => names.GetValueOrDefault(found.Groups[1].Value, found.Value));
        var columns = filled.Split(" | ");
        return new RawRequest(
            line,
            columns[0].Split(" then "),
            [.. columns[1].Split(" → ").Select(answer => answer.Split("; ").ToArray()).Select(Joined)],
            columns[2].Trim(),
            columns.ElementAtOrDefault(3)?.Trim());
    }

    /// <summary>A value may hold the separator: <c>text/html; charset=utf-8</c>.</summary>
    static string[] Joined(string[] parts)
    {
        List<string> joined = [];
        foreach (var part in parts)
        {
            if (part.StartsWith("charset=", StringComparison.Ordinal)) joined[^1] += $"; {part}";
            else joined.Add(part.Trim());
        }
        return [.. joined];
    }

    static (string Name, string Value) Two(string text, string separator)
    {
        var pair = text.Split(separator, 2);
        return (pair[0].Trim(), pair[1].Trim());
    }

    [GeneratedRegex(@"\s*↵\s*")]
    private static partial Regex LineEnd();

    [GeneratedRegex(@"\sHTTP/[\dx]", RegexOptions.IgnoreCase)]
    private static partial Regex Version();

    [GeneratedRegex(@"\\x([0-9a-f]{2})")]
    private static partial Regex Escape();

    [GeneratedRegex(@"\{(\w+(?: \w+)*)\}")]
    private static partial Regex Name();
}
