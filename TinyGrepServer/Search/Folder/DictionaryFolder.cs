// The folder of dictionaries. A name is turned into a file only if it stays inside the folder after every link on the way
// has been followed (realpath(3)), and only if a regular file is there that the server does not keep for itself. Everything else
// is refused exactly as a missing one, so that an answer tells nothing about the rest of the disk.

using System.Runtime.InteropServices;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class DictionaryFolder
{
    const int SniffedBytes = 8 << 10;

    readonly string given;
    readonly VersionedCache<string?> sniffed;
    readonly string[] closedNames;
    readonly ClosedFiles closedFiles;

    /// <param name="folder">The folder of dictionaries.</param>
    /// <param name="closed">
    /// Files and folders that are none, wherever they lie and, the files, whatever else they are called: what the server itself keeps.
    /// </param>
    /// <exception cref="UsageError">The folder is not there or cannot be read.</exception>
    public DictionaryFolder(string folder, IReadOnlyList<string> closed, TimeProvider time)
    {
        given = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        sniffed = new VersionedCache<string?>(time);
        try
        {
            if (!Directory.Exists(given)) throw new UsageError($"--dicts: there is no folder '{folder}'.");
            _ = Directory.EnumerateFileSystemEntries(given).Any();
        }
        catch (UnauthorizedAccessException)
        {
            throw new UsageError($"--dicts: the folder '{folder}' cannot be read.");
        }
        closedFiles = new ClosedFiles(closed);
        var root = RealPath(given) ?? given;
        var paths = closed.Select(path => RealPathOfNew(Path.GetFullPath(path))).ToList();
        if (paths.Contains(root))
        {
            throw new UsageError(
                $"--data: the server's data must not lie among the dictionaries of '{folder}'; a folder below it may be.");
        }
        closedNames = [.. paths.Where(path => IsIn(path, root)).Select(path => Path.GetRelativePath(root, path))];
    }

    /// <summary>The dictionary of this name, or null.</summary>
    public DictionaryFile? Find(string name) => Find(name, closedFiles.Look());

    DictionaryFile? Find(string name, IReadOnlySet<FileIdentity> closed) =>
        FindInside(name) is { } file && !closed.Contains(file.Version.Identity) ? file : null;

    DictionaryFile? FindInside(string name)
    {
        if (!IsProper(name) || IsClosed(name)) return null;
        var direct = Path.Join(given, name);
        if (FileVersion.OfUnlinkedFile(direct) is { } plain) return new DictionaryFile(name, direct, plain); // no link: it is inside
        if (RealPath(given) is not { } root || RealPath(direct) is not { } path) return null;
        if (!IsIn(path, root) || IsClosed(Path.GetRelativePath(root, path))) return null;
        return FileVersion.OfRegularFile(path) is { } version ? new DictionaryFile(name, path, version) : null;
    }

    /// <summary>Every file in the folder, sorted by name, with the reason where a search over all leaves it out.</summary>
    /// <exception cref="ApiError">503: the folder has gone or has become unreadable.</exception>
    public IReadOnlyList<ListedFile> List()
    {
        List<ListedFile> files = [];
        Walk("", files, closedFiles.Look());
        files.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        return files;
    }

    /// <summary>The dictionaries a question names.</summary>
    /// <exception cref="ApiError">400: the patterns are too many or too long; 503: the folder cannot be read now.</exception>
    public Selection Select(IReadOnlyList<string> patterns) => Selection.Of(patterns, Find, List);

    void Walk(string folder, List<ListedFile> files, IReadOnlySet<FileIdentity> closed)
    {
        FileSystemInfo[] entries;
        try
        {
            entries = new DirectoryInfo(Path.Join(given, folder)).GetFileSystemInfos();
        }
        catch (Exception gone) when (folder.Length == 0 && gone is (IOException or UnauthorizedAccessException))
        {
            throw ApiError.Unavailable("The folder of dictionaries cannot be read now.", retryAfterSeconds: 10);
        }
        catch (UnauthorizedAccessException)
        {
            files.Add(new ListedFile(folder + "/", null, "unreadable"));
            return;
        }
        catch (DirectoryNotFoundException)
        {
            return; // removed a moment ago
        }
        foreach (var entry in entries)
        {
            var name = folder.Length == 0 ? entry.Name : $"{folder}/{entry.Name}";
            if (IsClosed(name)) continue;
            if (entry is DirectoryInfo && entry.LinkTarget is null) Walk(name, files, closed);
            else if (Find(name, closed) is { } file) files.Add(new ListedFile(name, file, ReasonToSkip(file)));
            else if (IsNotUtf8(name)) files.Add(new ListedFile(name, null, "unreadable"));
        }
    }

    /// <summary>.NET shows the bytes of a name that are not UTF-8 as this character, and cannot open it by that.</summary>
    static bool IsNotUtf8(string name) => name.Contains('\ufffd', StringComparison.Ordinal);

    string? ReasonToSkip(DictionaryFile file)
    {
        if (file.Name.Split('/').Any(segment => segment.StartsWith('.'))) return "dotfile";
        return file.Name.EndsWith('~') ? "backup" : sniffed.GetOrAdd(file, Sniff);
    }

    static string? Sniff(DictionaryFile file)
    {
        try
        {
            using var handle = file.Open();
            Span<byte> head = stackalloc byte[SniffedBytes];
            var length = RandomAccess.Read(handle, head, 0);
            return head[..length].Contains((byte)0) ? "binary" : null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return "unreadable";
        }
    }

    /// <summary>Opening SQLite's file, even to read it, and closing it again would take away the locks this process holds on it.</summary>
    bool IsClosed(string name) => closedNames.Any(one => name == one || IsIn(name, one));

    static bool IsIn(string path, string folder) => path.StartsWith(folder == "/" ? folder : folder + "/", StringComparison.Ordinal);

    static bool IsProper(string name) =>
        name.Length is > 0 and <= 4096
        && !name.Contains('\0', StringComparison.Ordinal)
        && name.Split('/').All(segment => segment is not ("" or "." or ".."));

    /// <summary>The same for what may not be there yet.</summary>
    static string RealPathOfNew(string path) =>
        RealPath(path) ?? (Path.GetDirectoryName(path) is { } parent ? Path.Join(RealPathOfNew(parent), Path.GetFileName(path)) : path);

    /// <summary>The path with every link followed, or null where there is nothing.</summary>
    static string? RealPath(string path)
    {
        var resolved = Native.RealPath(path, nint.Zero);
        if (resolved == nint.Zero) return null;
        try
        {
            return Marshal.PtrToStringUTF8(resolved);
        }
        finally
        {
            Native.Free(resolved);
        }
    }

    static class Native
    {
        // The classic import: the source generator would write the same calls in unsafe code.
#pragma warning disable SYSLIB1054, CA2101 // CharSet.Ansi is UTF-8 on Unix.
        [DllImport("libc", EntryPoint = "realpath", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern nint RealPath(string path, nint buffer);

        [DllImport("libc", EntryPoint = "free")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern void Free(nint pointer);
#pragma warning restore SYSLIB1054, CA2101
    }
}
