// The dictionary the first API asks where a question names none. Unless one is set, it is quotes.txt, or else the first of the folder:
// that is found out when it is first asked for, since a folder can take a while to look at, and an empty one has none yet.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal sealed class DefaultDictionary
{
    const string Usual = "quotes.txt";

    readonly DictionaryFolder folder;
    volatile string? name;

    /// <exception cref="UsageError">The one that is set is not there.</exception>
    public DefaultDictionary(SearchSettings settings, DictionaryFolder folder)
    {
        this.folder = folder;
        if (settings.DefaultDictionary is { } wanted && folder.Find(wanted) is null)
            throw new UsageError($"--default-dictionary: there is no dictionary '{wanted}' in '{settings.Folder}'.");
        name = settings.DefaultDictionary ?? (folder.Find(Usual) is null ? null : Usual);
    }

    /// <summary>What it is, in words.</summary>
    public string Description => name ?? $"{Usual}, else the first of the folder";

    /// <summary>Its name; <c>quotes.txt</c> where the folder has no dictionary at all.</summary>
    /// <exception cref="ApiError">503: the folder cannot be read now.</exception>
    public async ValueTask<string> NameAsync(CancellationToken cancellationToken)
    {
        if (name is { } known) return known;
        if (folder.Find(Usual) is not null) return name = Usual;
        var files = (await folder.SelectAsync([], cancellationToken)).Files;
        return files.Count == 0 ? Usual : name = files[0].Name;
    }

    /// <summary>Whether it has gone; an empty folder is no problem.</summary>
    public Task<string?> ProblemAsync(CancellationToken cancellationToken) =>
        Task.FromResult(name is { } known && folder.Find(known) is null ? $"the default dictionary {known} is missing" : null);
}
