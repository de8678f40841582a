// One followed file: how far it has been read, and how to tell that it is still the same text. It is known by its identity, not by its
// name: a rotated log continues under another one. Its descriptor stays open while more lines may come, so that the system cannot reuse
// its inode number for a new file.

using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

/// <param name="identity">What it is.</param>
/// <param name="name">The name under which it was seen last.</param>
internal sealed class FollowedFile(FileIdentity identity, string name) : IDisposable
{
    const int Block = 64 << 10;

    SafeFileHandle? handle;
    Passed? passed;
    long lines = -1;  // before the position; negative: not counted yet
    long searched;    // the line at the position has no newline before here

    public FileIdentity Identity => identity;

    /// <summary>What it is, as cursors tell it.</summary>
    public long Key { get; } = identity.Hash;

    public string Name { get; set; } = name;

    /// <summary>Where the next line begins.</summary>
    public long Position { get; private set; }

    /// <summary>Whether its descriptor is kept.</summary>
    public bool IsOpen => handle is not null;

    /// <summary>When it was looked into last, for those who have to let go of some.</summary>
    public long LastRead { get; private set; }

    /// <summary>Opens it under a name; false where that is another file by now, or cannot be read.</summary>
    public bool Open(DictionaryFile file)
    {
        if (handle is not null) return true;
        try
        {
            handle = file.Open();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        if (FileVersion.Of(handle)?.Identity == identity) return true;
        Close();
        return false;
    }

    /// <summary>The same file by a descriptor of its own; null where this one's has been let go.</summary>
    public FollowedFile? OpenAgain()
    {
        if (handle is null) return null;
        try
        {
            var path = $"/proc/self/fd/{handle.DangerousGetHandle()}";
            return new FollowedFile(Identity, Name)
            {
                handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete),
            };
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Lets go of the descriptor; the place is kept.</summary>
    public void Close()
    {
        handle?.Dispose();
        handle = null;
    }

    /// <summary>Takes its place from an earlier reader; false where what was passed is not there any more.</summary>
    public bool GoOnBehind(Passed earlier)
    {
        if (!earlier.IsStillIn(handle!)) return false;
        MoveTo(earlier.Length);
        lines = -1;
        return true;
    }

    /// <summary>Goes on behind the last line that ends within so many bytes; false where there are fewer.</summary>
    public bool GoOnBehindLines(long length)
    {
        if (RandomAccess.GetLength(handle!) < length) return false;
        MoveTo(LastNewlineBefore(length));
        lines = -1;
        _ = Place;
        return true;
    }

    /// <summary>Begins at the beginning.</summary>
    public void GoOnAtBeginning()
    {
        MoveTo(0);
        lines = 0;
    }

    /// <summary>Whether what was passed is still there; else it was truncated or rewritten.</summary>
    public bool IsWhatItWas()
    {
        var now = RandomAccess.GetLength(handle!);
        return now >= Position && (Position == 0 || passed is null || passed.Value.IsStillIn(handle!));
    }

    /// <summary>Its place, for a cursor; null where it cannot be told.</summary>
    public Passed? Place => passed ??= handle is null ? null : Passed.Of(handle, Position);

    /// <summary>Reads whole lines that have not been passed yet.</summary>
    /// <param name="into">Gets them; the position stays, until they are passed.</param>
    /// <param name="max">Bytes, where no line alone has more.</param>
    /// <param name="end">No byte behind this is looked at.</param>
    /// <param name="skipsHole">Whether NULs and a byte order mark at the beginning of the file are skipped.</param>
    /// <returns>False where a line was too long, and was passed over.</returns>
    public bool Read(NewLines into, int max, long end, bool skipsHole)
    {
        LastRead = Environment.TickCount64;
        end = Math.Min(end, RandomAccess.GetLength(handle!));
        if (Position == 0 && skipsHole) SkipBeginning(end);
        if (FirstNewline(Math.Max(Position, searched), end) is not { } newline)
        {
            searched = Math.Max(searched, end);
            return true;
        }
        if (newline - Position > FoundLine.MaxBytes)
        {
            Pass(newline + 1, 1);
            return false;
        }
        var length = (int)Math.Max(Math.Min(end - Position, max), newline + 1 - Position);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var filled = 0;
            while (filled < length && ReadAt(Position + filled, buffer.AsSpan(filled, length - filled)) is var read and > 0) filled += read;
            var whole = buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            if (whole > 0) into.Add(this, Position, buffer.AsSpan(0, whole));
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Some lines have been judged.</summary>
    /// <param name="end">Where the last of them ends.</param>
    /// <param name="count">How many they were.</param>
    public void Pass(long end, int count)
    {
        MoveTo(end);
        if (lines >= 0) lines += count;
    }

    /// <summary>The lines before the position.</summary>
    public long Lines => lines >= 0 ? lines : lines = CountLines(Position);

    public void Dispose() => Close();

    void MoveTo(long position)
    {
        (Position, searched) = (position, position);
        passed = null;
    }

    void SkipBeginning(long end)
    {
        if (end == 0) return;
        Span<byte> head = stackalloc byte[3];
        var read = ReadAt(0, head);
        if (read > 0 && head[0] == 0 && NulRun.End(handle!, 0) is { } begin && begin < end) MoveTo(begin);
        else if (head[..read].SequenceEqual<byte>([0xef, 0xbb, 0xbf])) MoveTo(3);
        lines = 0;
    }

    int ReadAt(long offset, Span<byte> buffer) => RandomAccess.Read(handle!, buffer, offset);

    long? FirstNewline(long from, long end)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Block);
        try
        {
            while (from < end)
            {
                var read = ReadAt(from, buffer.AsSpan(0, (int)Math.Min(Block, end - from)));
                if (read == 0) return null;
                var newline = buffer.AsSpan(0, read).IndexOf((byte)'\n');
                if (newline >= 0) return from + newline;
                from += read;
            }
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    long LastNewlineBefore(long end)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Block);
        try
        {
            while (end > 0)
            {
                var from = Math.Max(0, end - Block);
                var read = ReadAt(from, buffer.AsSpan(0, (int)(end - from)));
                var newline = buffer.AsSpan(0, read).LastIndexOf((byte)'\n');
                if (newline >= 0) return from + newline + 1;
                end = from;
            }
            return 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    long CountLines(long end)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Block);
        try
        {
            var (at, count) = (0L, 0L);
            while (at < end && ReadAt(at, buffer.AsSpan(0, (int)Math.Min(Block, end - at))) is var read and > 0)
            {
                count += buffer.AsSpan(0, read).Count((byte)'\n');
                at += read;
            }
            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
