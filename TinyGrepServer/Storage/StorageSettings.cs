// Which database, and where the server's data is.

using System.Globalization;
using System.Text;

namespace TinyGrepServer.Storage;

/// <summary>Where data is stored.</summary>
public sealed record StorageSettings
{
    static readonly string[] Endings = ["", "-wal", "-shm", "-journal"];

    /// <summary>The folder of the database and the key file; made with mode 0700 when first needed.</summary>
    public string DataFolder { get; init; } = "data";

    /// <summary>
    /// <c>sqlite:FILE</c> or <c>postgres://USER:PASSWORD@HOST:PORT/NAME</c>; null: <c>tinygrep.db</c> in the data folder.
    /// </summary>
    public string? Database { get; init; }

    /// <summary>The most writes of concurrent requests that SQLite commits together; 1 commits each alone.</summary>
    public int WriteGroup { get; init; } = 256;

    /// <summary>SQLite's files, which nothing else may open.</summary>
    internal IEnumerable<string> Files => DatabaseOrDefault.StartsWith("sqlite:", StringComparison.Ordinal)
        ? Endings.Select(ending => DatabaseOrDefault["sqlite:".Length..] + ending)
        : [];

    /// <summary>Records print all they hold; the URL may hold a password.</summary>
    bool PrintMembers(StringBuilder builder)
    {
        var kind = DatabaseOrDefault.Split(':')[0];
        builder.Append(CultureInfo.InvariantCulture, $"DataFolder = {DataFolder}, Database = {kind}:…, WriteGroup = {WriteGroup}");
        return true;
    }

    internal string DatabaseOrDefault => Database ?? $"sqlite:{Path.Join(DataFolder, "tinygrep.db")}";
}
