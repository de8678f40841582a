// A buffer that came from the pool goes back once: given back twice, two answers would be written into one array.

using System.Buffers;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class PooledBufferSpecs
{
    [TestMethod]
    public void A_buffer_disposed_twice_is_given_back_once()
    {
        const int Size = 3 << 20; // nobody else rents this size here
        var buffer = new PooledBuffer(Size);

        buffer.Dispose();
        buffer.Dispose();

        Assert.AreNotSame(ArrayPool<byte>.Shared.Rent(Size), ArrayPool<byte>.Shared.Rent(Size));
    }

    [TestMethod]
    public void Bytes_can_be_taken_from_both_ends()
    {
        using var buffer = new PooledBuffer();
        buffer.Append("abcdef"u8);

        buffer.RemoveFirst(2);
        buffer.RemoveLast(1);
        buffer.Append("!"u8);

        Assert.AreEqual("cde!", System.Text.Encoding.ASCII.GetString(buffer.Written.Span));
    }
}
