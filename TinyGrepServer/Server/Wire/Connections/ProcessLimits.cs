// The limits of this process, from /proc: the soft limits, which are the ones that apply. And how to recognise that one was reached.

using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;

namespace TinyGrepServer.Server;

internal static class ProcessLimits
{
    /// <summary>What a process has where nobody has said anything else.</summary>
    const long UsualFiles = 1_024;

    public const int NoDescriptorHere = 24; // EMFILE

    const int NoDescriptorAnywhere = 23;    // ENFILE
    const int NoProcess = 11;               // EAGAIN, of fork(2)
    const int NoMemory = 12;                // ENOMEM

    /// <summary>How many files, and so connections, it may have open at once.</summary>
    public static long OpenFiles => Soft("Max open files") ?? UsualFiles;

    /// <summary>Whether this errno says that no descriptor is left, to this process or to any.</summary>
    public static bool IsNoDescriptor(int error) => error is NoDescriptorAnywhere or NoDescriptorHere;

    /// <summary>Whether a process, a connection or a file was refused for want of room alone: in a moment it may be granted.</summary>
    public static bool AreReachedBy(Exception thrown) => thrown switch
    {
        SocketException refused => refused.SocketErrorCode == SocketError.TooManyOpenSockets,
        Win32Exception refused => refused.NativeErrorCode is NoProcess or NoMemory || IsNoDescriptor(refused.NativeErrorCode),
        IOException refused => IsNoDescriptor(refused.HResult), // where .NET puts an errno
        _ => false,
    };

    /// <summary>The limit in the line of /proc/self/limits that begins so (proc(5)); null where there is no such line.</summary>
    public static long? Soft(string name)
    {
        try
        {
            var line = File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
            if (line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0] is not { } soft) return null;
            return long.TryParse(soft, CultureInfo.InvariantCulture, out var limit) ? limit : long.MaxValue; // "unlimited"
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return null; // no /proc here
        }
    }
}
