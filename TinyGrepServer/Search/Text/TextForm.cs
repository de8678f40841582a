// How the bytes of a file become the text a person sees in it.

namespace TinyGrepServer.Search;

/// <summary>Told by a file's first bytes; see TextForms.</summary>
internal enum TextForm
{
    /// <summary>UTF-8, or any other bytes in none of the other forms: grep reads them as they are.</summary>
    Plain,

    /// <summary>UTF-8 after a byte order mark, which is not part of the first line.</summary>
    Utf8WithMark,

    /// <summary>UTF-16, least significant byte first, behind its mark.</summary>
    Utf16LittleEndian,

    /// <summary>UTF-16, most significant byte first, behind its mark.</summary>
    Utf16BigEndian,

    /// <summary>A text compressed by gzip, of one member or several.</summary>
    Gzip,

    /// <summary>Bytes as of <see cref="Plain"/> behind NULs, as a log has them that was truncated while it was written: the NULs
    /// are not part of the first line.</summary>
    BehindHole,

    /// <summary>No text.</summary>
    Binary,
}
