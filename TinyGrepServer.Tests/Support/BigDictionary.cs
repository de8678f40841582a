// A dictionary far larger than socket and pipe buffers, so that a client that does not read stalls its search.

using System.Text;

namespace TinyGrepServer.Tests;

internal static class BigDictionary
{
    static int asked;

    /// <summary>Writes <c>dicts/big.txt</c> of that many MiB and a small <c>dicts/small.txt</c>; returns the folder's path.</summary>
    public static string In(TemporaryFolder folder, int mebibytes = 64)
    {
        folder.Write("dicts/small.txt", "a small line\nanother\n");
        var line = Encoding.ASCII.GetBytes(new string('x', 127) + "\n");
        var piece = Enumerable.Repeat(line, (1 << 20) / line.Length).SelectMany(one => one).ToArray();
        using var file = File.Create(Path.Join(folder.Path, "dicts/big.txt"));
        for (var written = 0; written < mebibytes; written++) file.Write(piece);
        return Path.Join(folder.Path, "dicts");
    }

    /// <summary>Asks the first API for all of it, each time in other words: equal questions would share one search.</summary>
    public static string NewRequest()
    {
        var max = 1_000_000_000 + Interlocked.Increment(ref asked);
        return RawClient.Request(
            "POST", "/api/v1/json", $$"""{"action":"search","term":"x","dictionary":"big.txt","nresults":{{max}}}""");
    }

    /// <summary>Connects, asks for all of it and takes no byte.</summary>
    public static async Task<RawClient> AskWithoutReadingAsync(TestServer server)
    {
        var client = await RawClient.ConnectAsync(server.Url, receiveBuffer: 16 << 10);
        await client.SendAsync(NewRequest());
        return client;
    }
}
