// Ids for rows that sort by creation: UUIDs of version 7, whose first random bits are the fraction of the millisecond (RFC 9562,
// section 6.2, method 3). With milliseconds alone, rows that a client creates within one of them would be listed in random order.

namespace TinyGrepServer.Storage;

internal static class OrderedId
{
    /// <summary>A new one: greater, as text, than any that this machine made a quarter of a microsecond earlier or before.</summary>
    public static string New()
    {
        const int Steps = 1 << 12; // of a millisecond
        var now = DateTimeOffset.UtcNow;
        Span<byte> id = stackalloc byte[16];
        _ = Guid.CreateVersion7(now).TryWriteBytes(id, bigEndian: true, out _);
        var step = now.Ticks % TimeSpan.TicksPerMillisecond * Steps / TimeSpan.TicksPerMillisecond;
        id[6] = (byte)(0x70 | step >> 8);
        id[7] = (byte)step;
        return new Guid(id, bigEndian: true).ToString();
    }
}
