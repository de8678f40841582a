// The identity of a file, whatever its name and content: it distinguishes a renamed log from a new one, and a hard link from a copy.

using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TinyGrepServer.Search;

/// <summary>Device, inode and time of birth: inodes are used again, but not with the same time of birth.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, long Born)
{
    /// <summary>The same as a number that a cursor may carry: it tells nothing of the disk.</summary>
    public long Hash
    {
        get
        {
            Span<byte> bytes = stackalloc byte[24];
            BinaryPrimitives.WriteUInt64BigEndian(bytes, Device);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Inode);
            BinaryPrimitives.WriteInt64BigEndian(bytes[16..], Born);
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(bytes, hash);
            return BinaryPrimitives.ReadInt64BigEndian(hash);
        }
    }
}
