// An open file that several tasks read; the last of them closes it.

using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

internal sealed class SharedFile : IDisposable
{
    int users = 1;

    SharedFile(SafeFileHandle handle) => Handle = handle;

    public SafeFileHandle Handle { get; }

    /// <summary>Opens it for its first user; null where it cannot be read.</summary>
    public static SharedFile? Open(DictionaryFile file)
    {
        try
        {
            return new SharedFile(file.Open());
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>There is one more user.</summary>
    public void Share() => Interlocked.Increment(ref users);

    /// <summary>A user needs it no more.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref users) == 0) Handle.Dispose();
    }
}
