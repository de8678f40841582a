// A dictionary, found and checked: it may be opened and its path given to grep. One object stands for one version of a file, so facts
// about its content are stored with it and discarded with it.

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

/// <summary>A version of a regular file in the dictionary folder.</summary>
/// <param name="root">The folder.</param>
/// <param name="name">Its path relative to the folder, with <c>/</c>.</param>
/// <param name="location">The same with every link followed.</param>
/// <param name="version">What it was when it was found.</param>
internal sealed class DictionaryFile(RootFolder root, string name, string location, FileVersion version)
{
    /// <summary>What a search over all says of a file that cannot be read.</summary>
    public const string Unreadable = "unreadable";

    const int NotSniffed = -2;
    const int CannotBeRead = -1;

    volatile int form = NotSniffed; // a TextForm, once it is known
    volatile FileFacts? facts;
    volatile FileSet? alone;

    public string Name => name;

    public FileVersion Version => version;

    /// <summary>Its real, absolute path, links resolved.</summary>
    public string Path => System.IO.Path.Join(root.Path, location);

    /// <summary>Whether every change of it is reported; else it is checked each time.</summary>
    public bool IsTold { get; init; }

    /// <summary>Whether it had not changed for two seconds when it was found: an equal version then is an equal content.</summary>
    public bool WasSettled { get; init; }

    /// <summary>Counts the changes reported for it, since versions alone are coarser than writes. 0: none.</summary>
    public long Event { get; init; }

    /// <summary>What a pass over it has learnt; null until there was one.</summary>
    public FileFacts? Facts
    {
        get => facts;
        set => facts = value;
    }

    /// <summary>This file alone, as the set of a question.</summary>
    public FileSet Alone => alone ??= new FileSet([name], [this]);

    /// <summary>Whether it is read as a person sees it; else its bytes are its text.</summary>
    public bool IsDecoded { get; init; }

    /// <summary>Whether <see cref="Form"/> is known without reading.</summary>
    public bool IsSniffed => form != NotSniffed;

    /// <summary>How its bytes become text, detected from the first of them on first use; null: it cannot be read.</summary>
    /// <exception cref="ApiError">503: nothing can be opened now.</exception>
    public TextForm? Form
    {
        get
        {
            if (form == NotSniffed) form = Sniff();
            return form == CannotBeRead ? null : (TextForm)form;
        }
        init => form = value is { } known ? (int)known : CannotBeRead;
    }

    /// <summary><see cref="Form"/>, detected from this file, which is already open.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public TextForm? FormOf(SafeFileHandle opened)
    {
        if (form == NotSniffed) form = (int)TextForms.Sniff(opened, IsDecoded);
        return Form;
    }

    /// <summary>Why a search over all leaves it out for its content: null, <c>binary</c>, <c>unreadable</c>.</summary>
    public string? ReasonToSkip => Form switch
    {
        null => Unreadable,
        TextForm.Binary => "binary",
        _ => null,
    };

    /// <summary>Name and version as a number: those of a set of files are added up to that of the set.</summary>
    public UInt128 Digest { get; } = DigestOf(name, version, 0);

    /// <summary>The same with <see cref="Event"/>.</summary>
    public UInt128 KeyDigest => Event == 0 ? Digest : DigestOf(name, version, Event);

    /// <summary>Opens it to be read while others may write, move or delete it.</summary>
    /// <exception cref="IOException">It cannot be read, or has gone.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public SafeFileHandle Open() => root.OpenFile(location);

    /// <summary>The same file under another name.</summary>
    public DictionaryFile As(string other) => new(root, other, location, version)
    {
        IsTold = IsTold,
        WasSettled = WasSettled,
        Event = Event,
        IsDecoded = IsDecoded,
    };

    /// <summary>
    /// This dictionary as it was opened. Where another file has taken its place since it was found, nothing is known of that one yet.
    /// </summary>
    public DictionaryFile As(SafeFileHandle opened) => FileVersion.Of(opened) is { } now && now != version
        ? new DictionaryFile(root, name, location, now) { IsDecoded = IsDecoded }
        : this;

    int Sniff()
    {
        try
        {
            using var handle = Open();
            return (int)TextForms.Sniff(handle, IsDecoded);
        }
        catch (NoDescriptorException none)
        {
            throw ApiError.Unavailable(none.Message);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return CannotBeRead;
        }
    }

    static UInt128 DigestOf(string name, FileVersion version, long @event)
    {
        var longest = Encoding.UTF8.GetMaxByteCount(name.Length);
        Span<byte> bytes = longest <= 1024 ? stackalloc byte[1024 + 48] : new byte[longest + 48];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, @event);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], version.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], version.Modified);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], version.Changed);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], version.Inode);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[40..], version.Device);
        var length = 48 + Encoding.UTF8.GetBytes(name, bytes[48..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}

/// <summary>A name in the folder and why it is left out of a search over all, if it is.</summary>
/// <param name="name">Its path relative to the folder, with <c>/</c>; a folder that cannot be listed ends in one.</param>
/// <param name="file">Null where it cannot be used as a dictionary at all.</param>
internal sealed class ListedFile(string name, DictionaryFile? file)
{
    readonly string? byName = ReasonIn(name);
    readonly bool isNamed;

    /// <summary>A file that a question names: no rule leaves it out.</summary>
    public ListedFile(DictionaryFile named)
        : this(named.Name, named) => isNamed = true;

    public string Name => name;

    public DictionaryFile? File => file;

    /// <summary>
    /// Null, or <c>dotfile</c>, <c>backup</c>, <c>binary</c>, <c>unreadable</c>; the first look reads the file's beginning.
    /// </summary>
    public string? Skipped => isNamed ? null : byName ?? (file is null ? DictionaryFile.Unreadable : file.ReasonToSkip);

    /// <summary>The same under another name: chosen already, or not to be read.</summary>
    public ListedFile As(string other) => Skipped is null ? new ListedFile(file!.As(other)) : new ListedFile(other, null);

    /// <summary>Whether its name alone says that it is skipped.</summary>
    public bool IsSkippedByName => byName is not null;

    /// <summary>Whether <see cref="Skipped"/> is known without reading.</summary>
    public bool IsSkippedKnown => file is null || byName is not null || file.IsSniffed;

    static string? ReasonIn(string name)
    {
        if (name.StartsWith('.') || name.Contains("/.", StringComparison.Ordinal)) return "dotfile";
        return name.EndsWith('~') ? "backup" : null;
    }
}
