// One entry of a question's dictionaries that is not simply the name of one: a folder, which stands for everything below it, or a glob.
// The text is always tried as a folder's name too, so a folder called '[old]' is found by its name.

namespace TinyGrepServer.Search;

internal sealed class NamePattern
{
    readonly string folder; // with its slash
    readonly Glob[] globs;

    /// <param name="text">As it was given, a leading <c>!</c> aside.</param>
    /// <param name="max">The most globs its braces may make.</param>
    /// <exception cref="Server.ApiError">400: its braces make more.</exception>
    public NamePattern(string text, int max)
    {
        Text = text;
        folder = text.EndsWith('/') ? text : text + "/";
        globs = Glob.IsIn(text) ? [.. Glob.Parse(text, max)] : [];
    }

    public string Text { get; }

    /// <summary>How many globs it is.</summary>
    public int Globs => globs.Length;

    /// <summary>Whether any name has fitted so far.</summary>
    public bool HasFitted { get; set; }

    /// <summary>Whether the name is this one, or below this folder.</summary>
    public bool Holds(string name) => name == Text || (folder.Length > 1 && name.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>Whether the name fits a glob; of an unreadable folder (its name ends in <c>/</c>), whether one in it could.</summary>
    public bool Fits(string name)
    {
        foreach (var glob in globs)
        {
            if (name.EndsWith('/') ? glob.CouldFitBelow(name) : glob.Fits(name)) return true;
        }
        return false;
    }
}
