// A folder of the catalogue's tree with its entries in order. A folder's name counts with its slash: so the entries, taken depth first,
// come in the ordinal order of their whole names.

namespace TinyGrepServer.Search;

/// <param name="path">Empty for the root; else relative to it, with a slash at its end.</param>
internal sealed class FolderNode(string path)
{
    readonly List<Entry> entries = [];

    /// <summary>An entry: a file, or a folder below.</summary>
    /// <param name="Name">Its whole name, a folder's with its slash.</param>
    readonly record struct Entry(string Name, ListedFile? File, FolderNode? Folder);

    public string Path => path;

    /// <summary>Its number with inotify; 0: it is not watched.</summary>
    public int Watch { get; set; }

    /// <summary>Whether it cannot be listed: it is one entry then, without what is in it.</summary>
    public bool IsUnreadable { get; set; }

    public IEnumerable<ListedFile> Files => entries.Where(entry => entry.File is not null).Select(entry => entry.File!);

    public IEnumerable<FolderNode> Folders => entries.Where(entry => entry.Folder is not null).Select(entry => entry.Folder!);

    public ListedFile? File(string name) => Find(name) is >= 0 and var at ? entries[at].File : null;

    public FolderNode? Folder(string folderPath) => Find(folderPath) is >= 0 and var at ? entries[at].Folder : null;

    public void Set(ListedFile file) => Set(new Entry(file.Name, file, null));

    public void Set(FolderNode folder) => Set(new Entry(folder.Path, null, folder));

    /// <summary>Adds many, in any order; <see cref="Sort"/> comes after the last.</summary>
    public void Append(ListedFile file) => entries.Add(new Entry(file.Name, file, null));

    /// <inheritdoc cref="Append(ListedFile)"/>
    public void Append(FolderNode folder) => entries.Add(new Entry(folder.Path, null, folder));

    public void Sort() => entries.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));

    /// <returns>Whether it was there.</returns>
    public bool Remove(string name)
    {
        if (Find(name) is not (>= 0 and var at)) return false;
        entries.RemoveAt(at);
        return true;
    }

    /// <summary>Every file of it and below, in order.</summary>
    public IReadOnlyList<ListedFile> Flatten()
    {
        List<ListedFile> all = [];
        CopyTo(all);
        return all;
    }

    void CopyTo(List<ListedFile> all)
    {
        if (IsUnreadable) all.Add(new ListedFile(path, null));
        foreach (var entry in entries)
        {
            if (entry.File is { } file) all.Add(file);
            else entry.Folder!.CopyTo(all);
        }
    }

    /// <summary>This folder and every one below.</summary>
    public IEnumerable<FolderNode> WithAllBelow() => Folders.SelectMany(below => below.WithAllBelow()).Prepend(this);

    void Set(Entry entry)
    {
        var at = Find(entry.Name);
        if (at >= 0) entries[at] = entry;
        else entries.Insert(~at, entry);
    }

    /// <summary>Where it is, or the complement of where it would be.</summary>
    int Find(string name) => NameOrder.Find(entries, name, static entry => entry.Name);
}
