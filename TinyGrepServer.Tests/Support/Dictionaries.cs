// Folders and files of the search slice, without a server.

using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests;

internal static class Dictionaries
{
    static readonly RootFolder Root = RootFolder.TryOpen("/")!;

    /// <summary>A folder of dictionaries.</summary>
    /// <param name="path">Where.</param>
    /// <param name="closed">What the server keeps.</param>
    public static DictionaryFolder In(string path, params string[] closed)
    {
        using var meter = new Meter("tests");
        var settings = new SearchSettings { Folder = path, Closed = closed };
        return new DictionaryFolder(settings, _ => { }, meter, NullLogger.Instance, TimeProvider.System);
    }

    /// <summary>A file by its path.</summary>
    /// <param name="form">Its form; null: as its bytes tell.</param>
    public static DictionaryFile File(string name, string path, FileVersion version = default, TextForm? form = null) => form is null
        ? new DictionaryFile(Root, name, path[1..], version)
        : new DictionaryFile(Root, name, path[1..], version) { Form = form };
}
