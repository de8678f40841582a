// A tree of files that changes as people's trees do: in place, by replacement, by moving whole folders, by links.

using System.Globalization;
using System.Runtime.InteropServices;

namespace TinyGrepServer.Tests.Search;

/// <param name="folder">Where it lies.</param>
/// <param name="outside">Where folders that are moved out of it go.</param>
/// <param name="random">What happens next.</param>
internal sealed class ChangingTree(string folder, string outside, Random random)
{
    const int MaxDepth = 12; // folders in each other; moved into each other, they would get as deep as a path can be

    static readonly string[] Words = ["needle", "haystack", "straw", "barn", "Needle", "pin"];

    int made;
    int size;

    /// <summary>The paths of all files below a folder, with or without links.</summary>
    public static List<string> FilesIn(string folder, bool withLinks = false) =>
    [
        .. Directory.EnumerateFiles(folder, "*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = false,
            AttributesToSkip = withLinks ? 0 : FileAttributes.ReparsePoint,
        }),
    ];

    /// <summary>Makes the first files; a change brings files back where half of them have gone.</summary>
    public void Fill(int files)
    {
        size = files;
        for (var left = files; left > 0; left -= 100) Unpack(Math.Min(left, 100));
    }

    /// <summary>Changes something, and says what.</summary>
    public string Change()
    {
        var files = FilesIn(folder);
        var lost = size - files.Count;
        if (lost > size / 2) return Directory.EnumerateDirectories(outside).Any() ? MoveFolderIn() : Unpack(lost);
        var kind = random.Next(18);
        var file = AnyOf(files);
        switch (kind)
        {
            case 0: return Create();
            case 1: return Do("append", file, () => File.AppendAllText(file, Lines(1 + random.Next(3))));
            case 2: return Do("rewrite in place, time put back", file, () => RewriteInPlace(file));
            case 3: return Do("truncate", file, () => Truncate(file));
            case 4: return Do("rename", file, () => File.Move(file, NewName()));
            case 5: return Do("replace", file, () => Replace(file));
            case 6: return Do("delete", file, () => File.Delete(file));
            case 7: return Do("link", file, () => File.CreateSymbolicLink(NewName(), file));
            case 8: return Do("relative link", file, () => File.CreateSymbolicLink(Path.Join(folder, $"link{made++}.txt"), Relative(file)));
            case 9: return Do("hard link", file, () => Assert.AreEqual(0, Native.Link(file, NewName())));
            case 10: return MakeDeepFolders();
            case 11: return MoveFolder("out", from: folder, to: outside);
            case 12: return MoveFolderIn();
            case 13: return MoveFolder("within", from: folder, to: folder);
            case 14: return Do("chmod", file, () => File.SetUnixFileMode(file, (UnixFileMode)(random.Next(2) == 0 ? 0x1A4 : 0x180)));
            case 15: return Do("copytruncate", file, () => CopyTruncate(file));
            case 16: return Do("append", file, () => File.AppendAllText(file, "no newline at the end: needle"));
            default: return DeleteFolder();
        }
    }

    /// <summary>Writes more, in turn to two files, than the system keeps for one who does not read.</summary>
    public string Flood()
    {
        using var one = File.OpenHandle(AnyOf(FilesIn(folder)), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        using var other = File.OpenHandle(Path.Join(folder, "flood.txt"), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite);
        for (var write = 0; write < 9_000; write++)
        {
            RandomAccess.Write(one, "needle in a flood\n"u8, 0);
            RandomAccess.Write(other, "needle in a flood\n"u8, 0);
        }
        return "flood";
    }

    string Create() => Do("create", NewName(), path => File.WriteAllText(path, Lines(random.Next(20))));

    string MakeDeepFolders()
    {
        var path = Path.Join(AnyFolder(folder), $"d{made++}", $"e{made++}", $"f{made++}.txt");
        return Do("mkdir -p and write", path, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, Lines(3));
        });
    }

    /// <summary>Many files in new folders, as an archive brings them.</summary>
    string Unpack(int files)
    {
        var top = Path.Join(AnyFolder(folder), $"unpacked{made++}");
        return Do($"unpack {files}", top, () =>
        {
            for (var file = 0; file < files; file++)
            {
                var below = Directory.CreateDirectory(Path.Join(top, $"d{file / 20}")).FullName;
                File.WriteAllText(Path.Join(below, $"file{made++}.txt"), Lines(random.Next(4)));
            }
        });
    }

    string MoveFolderIn() => MoveFolder("in", from: outside, to: folder);

    string MoveFolder(string how, string from, string to)
    {
        List<string> folders = [.. Directory.EnumerateDirectories(from)];
        if (folders.Count == 0) return "nothing to move";
        var moved = folders[random.Next(folders.Count)];
        var above = to == folder ? AnyFolder(to) : to;
        if (Depth(above, to) + Folders(moved).Max(below => Depth(below, from)) > MaxDepth) above = to;
        var target = Path.Join(above, $"m{made++}");
        return target.StartsWith(moved + "/", StringComparison.Ordinal)
            ? "nothing moved into itself"
            : Do($"move {how}", moved, () => Directory.Move(moved, target));
    }

    string DeleteFolder()
    {
        var folders = Directory.EnumerateDirectories(folder).ToList();
        if (folders.Count < 4) return MakeDeepFolders();
        var gone = folders[random.Next(folders.Count)];
        return Do("delete folder", gone, () => Directory.Delete(gone, recursive: true));
    }

    void RewriteInPlace(string file)
    {
        var modified = File.GetLastWriteTimeUtc(file);
        using (var opened = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            var text = new byte[opened.Length];
            opened.ReadExactly(text);
            for (var at = 0; at < text.Length; at++)
            {
                if (text[at] is (byte)'e' or (byte)'a') text[at] ^= (byte)'e' ^ (byte)'a';
            }
            opened.Position = 0;
            opened.Write(text);
        }
        File.SetLastWriteTimeUtc(file, modified);
    }

    void Truncate(string file)
    {
        using var opened = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        opened.SetLength(random.NextInt64(opened.Length + 1));
    }

    void Replace(string file)
    {
        var draft = Path.Join(outside, "draft");
        File.WriteAllText(draft, Lines(5));
        File.Move(draft, file, overwrite: true);
    }

    void CopyTruncate(string file)
    {
        File.Copy(file, NewName());
        using var opened = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        opened.SetLength(0);
    }

    string Lines(int count) => string.Concat(Enumerable.Range(0, count).Select(
        _ => string.Create(CultureInfo.InvariantCulture, $"{Word()} {made} {Word()}\n")));

    string Word() => Words[random.Next(Words.Length)];

    string NewName() => Path.Join(AnyFolder(folder), $"file{made++}.txt");

    string Relative(string file) => Path.GetRelativePath(folder, file);

    string AnyFolder(string below)
    {
        var all = Folders(below).FindAll(path => Depth(path, below) < MaxDepth / 2);
        if (all.Count < 6) return Directory.CreateDirectory(Path.Join(below, $"folder{made++}")).FullName;
        return all[random.Next(all.Count)];
    }

    static List<string> Folders(string below) =>
        [below, .. Directory.EnumerateDirectories(below, "*", SearchOption.AllDirectories)];

    static int Depth(string path, string below) => path.AsSpan(below.Length).Count('/');

    string AnyOf(List<string> files)
    {
        if (files.Count > 0) return files[random.Next(files.Count)];
        Create();
        return AnyOf(FilesIn(folder));
    }

    string Do(string what, string path, Action<string> change) => Do(what, path, () => change(path));

    string Do(string what, string path, Action change)
    {
        change();
        return $"{what}: {Path.GetRelativePath(folder, path)}";
    }

    static class Native
    {
        [DllImport("libc", EntryPoint = "link", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable SYSLIB1054, CA2101 // CharSet.Ansi is UTF-8 on Unix.
        public static extern int Link(string file, string link);
#pragma warning restore SYSLIB1054, CA2101
    }
}
