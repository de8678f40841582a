// The dictionary that the first API asks where a question names none. A folder may be empty, and is served all the same: then there
// is none until a file comes.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class DefaultDictionary
{
    const string Usual = "quotes.txt";

    readonly DictionaryFolder folder;
    string? known;

    /// <exception cref="UsageError">The one that is wanted is not there.</exception>
    public DefaultDictionary(DictionaryFolder folder, SearchSettings settings)
    {
        this.folder = folder;
        if (settings.DefaultDictionary is { } wanted && folder.Find(wanted) is null)
            throw new UsageError($"--default-dictionary: there is no dictionary '{wanted}' in '{settings.Folder}'.");
        known = settings.DefaultDictionary;
    }

    /// <summary>Its name, which stays the same once there is one; null: the folder has no dictionary.</summary>
    public string? Name => known ??= Find();

    /// <summary>What is wrong with it, for the health check; null: nothing.</summary>
    public string? Problem => Name is { } name && folder.Find(name) is null ? $"the default dictionary {name} is missing" : null;

    string? Find() => folder.Find(Usual) is not null
        ? Usual
        : folder.List().FirstOrDefault(listed => listed.Skipped is null)?.Name;
}
