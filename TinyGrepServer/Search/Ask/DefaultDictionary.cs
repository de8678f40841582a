// The dictionary that the first API searches when a request names none: unless one is set, quotes.txt, or else the first of all. An
// empty folder is served too: then there is none until a file appears.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class DefaultDictionary
{
    const string Usual = "quotes.txt";

    readonly DictionaryFolder folder;
    volatile string? known;

    /// <exception cref="UsageError">The one that is wanted is not there.</exception>
    public DefaultDictionary(DictionaryFolder folder, SearchSettings settings)
    {
        this.folder = folder;
        if (settings.DefaultDictionary is { } wanted && folder.Find(wanted) is null)
            throw new UsageError($"--default-dictionary: there is no dictionary '{wanted}' in '{settings.Folder}'.");
        known = settings.DefaultDictionary ?? (folder.Find(Usual) ?? folder.First())?.Name;
    }

    /// <summary>What is wrong with it, for the health check; null: nothing. That there is none is no fault.</summary>
    public string? Problem => known is { } name && folder.Find(name) is null ? $"the default dictionary {name} is missing" : null;

    /// <summary>What it is, in words.</summary>
    public string Description => known ?? $"{Usual}, else the first of all";

    /// <summary>Its name, which stays the same once there is one; null: the folder has no dictionary.</summary>
    public string? Name => known ??= (folder.Find(Usual) ?? folder.First())?.Name;
}
