// Files as people have them, made and read for tests.

using System.IO.Compression;
using System.Text;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

/// <summary>One file whose bytes change.</summary>
internal sealed class TextFile : IDisposable
{
    readonly TemporaryFolder folder = new();

    public TextFile(params byte[][] parts)
    {
        Path = System.IO.Path.Join(folder.Path, "file");
        Write(parts);
    }

    public string Path { get; }

    public TextForm Form
    {
        get
        {
            using var handle = File.OpenHandle(Path);
            return TextForms.Sniff(handle);
        }
    }

    public static byte[] Gzip(string text) => Gzip(Encoding.UTF8.GetBytes(text));

    public static byte[] Gzip(byte[] bytes, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var member = new MemoryStream();
        using (var gzip = new GZipStream(member, level)) gzip.Write(bytes);
        return member.ToArray();
    }

    public void Write(params byte[][] parts)
    {
        using var stream = File.Create(Path);
        foreach (var part in parts) stream.Write(part);
    }

    /// <summary>All of its text, and what is said of it.</summary>
    public (string Text, string? Problem) Read(bool keepReturns = false)
    {
        using var handle = File.OpenHandle(Path);
        using var text = TextSources.Open(handle, TextForms.Sniff(handle), keepReturns);
        var bytes = ReadAll(text);
        return (Encoding.UTF8.GetString(bytes), text.Problem);
    }

    public static byte[] ReadAll(TextSource text, Random? pieces = null)
    {
        using var all = new MemoryStream();
        var buffer = new byte[128 << 10];
        while (text.Read(buffer.AsSpan(0, Size(pieces, buffer.Length))) is var read and > 0) all.Write(buffer, 0, read);
        Assert.AreEqual(0, text.Read(buffer), "the end stays the end");
        return all.ToArray();
    }

    public void Dispose() => folder.Dispose();

    static int Size(Random? pieces, int max) => pieces?.Next(3) switch
    {
        null => max,
        0 => pieces.Next(1, 5),
        1 => pieces.Next(1, 100),
        _ => pieces.Next(1, max + 1),
    };
}
