// stdout and stderr may be closed or full. Output there is a courtesy: a failed write must not end the program with a stack trace.

using TinyGrepServer.Server;

namespace TinyGrepServer;

internal static class StandardStreams
{
    /// <summary>Writes a text to stdout.</summary>
    /// <exception cref="UsageError">stdout is closed or full.</exception>
    public static void Print(string text)
    {
        if (!TryWrite(Console.OpenStandardOutput(), text)) throw new UsageError("stdout is closed or full.");
    }

    /// <summary>Writes one line to stderr, if that can be done.</summary>
    public static void Complain(string message) =>
        TryWrite(Console.OpenStandardError(), $"tinygrep: {Printable.Excerpt(message, 2_000)}\n");

    /// <summary>Says on stdout where the server listens, if that can be done.</summary>
    public static void Announce(Uri url) => TryWrite(Console.OpenStandardOutput(), $"Listening on {url}\n");

    static bool TryWrite(Stream stream, string text)
    {
        try
        {
            using (stream) stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
