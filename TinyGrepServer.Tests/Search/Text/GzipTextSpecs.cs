// A rotated log may be cut (a full disk, a copy under way), padded or damaged. What is there is read, and nothing that is not
// whole looks whole.

using System.IO.Compression;
using System.Text;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class GzipTextSpecs
{
    const string Early = "its gzip data ends too early";
    const string Corrupt = "its gzip data is corrupt";
    const string Garbage = "what follows its gzip data is not text";

    static readonly string Log = string.Concat(
        Enumerable.Range(0, 300).Select(line => $"2026-11-{line % 28 + 1:00} level={line * 7919 % 13} took={line * 104_729 % 1_000}ms\n"));

    static readonly byte[] Packed = TextFile.Gzip(Log);

    [TestMethod]
    [DataRow(CompressionLevel.Optimal)]
    [DataRow(CompressionLevel.NoCompression)]
    [DataRow(CompressionLevel.Fastest)]
    public void Of_every_prefix_of_two_members_all_that_is_there_is_read_and_the_cut_is_told(CompressionLevel level)
    {
        var first = TextFile.Gzip(Encoding.UTF8.GetBytes(Log[..2_000]), level);
        byte[] whole = [.. first, .. TextFile.Gzip(Encoding.UTF8.GetBytes(Log[2_000..4_000]), level)];
        using var file = new TextFile(whole);
        Assert.AreEqual((Log[..4_000], null), file.Read());

        for (var length = whole.Length - 1; length >= 3; length--)
        {
            using (var handle = File.OpenHandle(file.Path, access: FileAccess.Write)) RandomAccess.SetLength(handle, length);

            var (text, problem) = file.Read();

            Assert.AreEqual(length == first.Length ? null : Early, problem, $"{length} of {whole.Length} bytes");
            Assert.StartsWith(text, Log[..4_000], StringComparison.Ordinal, $"{length} of {whole.Length} bytes");
            if (length >= first.Length) Assert.IsGreaterThanOrEqualTo(2_000, text.Length);
        }
    }

    [TestMethod]
    public void What_comes_before_a_cut_is_read()
    {
        using var file = new TextFile(Packed[..^1]);
        Assert.AreEqual((Log, Early), file.Read());

        file.Write(Packed[..(Packed.Length / 2)]);
        Assert.IsGreaterThan(Log.Length / 4, file.Read().Text.Length);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(512)]
    [DataRow(8_192)]
    [DataRow(100_000)]
    public void NULs_behind_the_last_member_are_padding(int nuls)
    {
        using var file = new TextFile(Packed, new byte[nuls]);

        Assert.AreEqual((Log, null), file.Read());
    }

    [TestMethod]
    public void Padding_behind_a_cut_does_not_hide_it()
    {
        using var file = new TextFile();
        for (var cut = 1; cut < 60; cut++)
        {
            if (Packed[^cut..].All(one => one == 0)) continue; // the padding is as good as what was cut off
            file.Write(Packed[..^cut], new byte[1_000]);

            Assert.IsNotNull(file.Read().Problem, $"{cut} bytes cut off");
        }
    }

    [TestMethod]
    public void What_follows_the_last_member_and_is_neither_padding_nor_gzip_is_told()
    {
        using var file = new TextFile(Packed, "garbage"u8.ToArray());
        Assert.AreEqual((Log, Garbage), file.Read());

        file.Write(Packed, new byte[20_000], "garbage"u8.ToArray());
        Assert.AreEqual((Log, Garbage), file.Read());

        file.Write(Packed, new byte[512], Packed);
        Assert.AreEqual((Log, Garbage), file.Read());

        file.Write(Packed, [0x1f, 0x8b, 0x08], "garbage"u8.ToArray());
        Assert.IsNotNull(file.Read().Problem);
    }

    [TestMethod]
    public void A_wrong_checksum_costs_no_text()
    {
        byte[] damaged = [.. Packed];
        damaged[^6] ^= 1;
        using var file = new TextFile(damaged);

        Assert.AreEqual((Log, Corrupt), file.Read());
    }

    [TestMethod]
    public void A_changed_bit_is_told_wherever_it_changes_the_text()
    {
        using var file = new TextFile();
        for (var at = 3; at < Packed.Length; at += at < 20 || at > Packed.Length - 10 ? 1 : 17)
        {
            byte[] damaged = [.. Packed];
            damaged[at] ^= (byte)(1 << (at % 8));
            file.Write(damaged);

            var (text, problem) = file.Read();

            if (problem is null) Assert.AreEqual(Log, text, $"byte {at}");
        }
    }

    [TestMethod]
    public void What_comes_before_the_damage_is_read()
    {
        byte[] damaged = [.. Packed, .. TextFile.Gzip(Encoding.UTF8.GetBytes(Log), CompressionLevel.NoCompression)];
        damaged[^100] ^= 1;
        using var file = new TextFile(damaged);

        var (text, problem) = file.Read();

        Assert.AreEqual(Corrupt, problem);
        Assert.AreEqual(2 * Log.Length, text.Length);
        Assert.StartsWith(Log, text, StringComparison.Ordinal);
    }

    [TestMethod, Timeout(60_000)]
    public void A_bomb_is_read_up_to_its_limit_in_constant_memory()
    {
        var member = TextFile.Gzip(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("tick tick tick\n", 1 << 20))));
        using var file = new TextFile([.. Enumerable.Repeat(member, 70)]);
        using var handle = File.OpenHandle(file.Path);
        var buffer = new byte[256 << 10];
        var (before, length) = (GC.GetAllocatedBytesForCurrentThread(), 0L);

        using var text = TextSources.Open(handle, TextForm.Gzip, keepReturns: false);
        while (text.Read(buffer) is var read and > 0) length += read;

        Assert.AreEqual(1L << 30, length);
        Assert.AreEqual("only the first 1 GiB of its text was read", text.Problem);
        Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
