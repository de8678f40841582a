// Finds the system's own libsqlite3, which gets the system's security updates; the one packaged for .NET is old.

using System.Runtime.InteropServices;
using SQLitePCL;

namespace TinyGrepServer.Storage;

internal static partial class SqliteLibrary
{
    const string Name = "libsqlite3.so.0";
    const int HasMovedOperation = 20; // SQLITE_FCNTL_HAS_MOVED, sqlite.org/c3ref/c_fcntl_begin_atomic_write.html

    static readonly Lock Gate = new();
    static bool isLoaded;

    /// <summary>Makes SQLite usable in this process.</summary>
    /// <exception cref="DllNotFoundException">The library is missing, or cannot be opened now: the next call tries again.</exception>
    public static void Need()
    {
        lock (Gate)
        {
            if (!isLoaded) Load();
            isLoaded = true;
        }
    }

    /// <summary>Whether the file that is open is no longer the one at its path: what is written to it would be lost.</summary>
    public static bool HasMoved(sqlite3 database)
    {
        var moved = 0;
        return FileControl(database.DangerousGetHandle(), "main", HasMovedOperation, ref moved) == raw.SQLITE_OK && moved != 0;
    }

    static void Load()
    {
        if (!NativeLibrary.TryLoad(Name, out var library)) throw new DllNotFoundException(Name);
        var provider = new SQLite3Provider_e_sqlite3();
        NativeLibrary.SetDllImportResolver(provider.GetType().Assembly, (name, _, _) => name == "e_sqlite3" ? library : IntPtr.Zero);
        raw.SetProvider(provider);
    }

    [LibraryImport(Name, EntryPoint = "sqlite3_file_control", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileControl(IntPtr database, string schema, int operation, ref int value);
}
