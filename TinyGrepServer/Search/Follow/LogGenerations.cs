// Rotated logs: an earlier generation has the log's name plus a suffix, such as app.log.1 or app.log-20260101.

namespace TinyGrepServer.Search;

internal static class LogGenerations
{
    /// <summary>Whether the name is that of a rotated generation of the log.</summary>
    public static bool IsOneOf(string name, string log) =>
        name.Length > log.Length && name.StartsWith(log, StringComparison.Ordinal) && name[log.Length] is '.' or '-' or '_';

    /// <summary>
    /// Those that came and were rotated away between two looks: born after one that was seen, and not after the one there now. Clocks
    /// tick coarser than logs are made: the last of them may be as old as that.
    /// </summary>
    /// <param name="born">When the one that was seen was born, in nanoseconds since 1970 UTC.</param>
    public static IEnumerable<DictionaryFile> Between(long born, DictionaryFile log, FolderSnapshot all) =>
        from listed in all.All
        let file = listed.File
        where file is not null && IsOneOf(listed.Name, log.Name)
        where file.Version.Born > born && file.Version.Born <= log.Version.Born
        select file;
}
