// The refusals that the search slice uses in more than one place.

using TinyGrepServer.Server;

namespace TinyGrepServer.Search;

internal static class Refusals
{
    /// <summary>404: no dictionary of this name, or none that may be seen.</summary>
    public static ApiError NoSuchDictionary(string name) =>
        ApiError.NotFound($"There is no dictionary '{Printable.Excerpt(name, 200)}'. GET /api/v1/dictionaries lists them.");

    /// <summary>403: the first API gives the same answer for a dictionary that is missing, unreadable or outside the folder.</summary>
    public static ApiError NoReadableDictionary(string name) =>
        new(403, $"There is no readable dictionary '{Printable.Excerpt(name, 200)}'. GET /api/v1/dictionaries lists them.");

    /// <summary>403: the folder is empty, and none was named.</summary>
    public static ApiError NoDictionary() => new(403, "The folder has no dictionary to search.");

    /// <summary>403: it is there, but cannot be read.</summary>
    public static ApiError Unreadable(string name) => new(403, $"The dictionary '{name}' cannot be read.");

    /// <summary>403: a line longer than the buffer.</summary>
    public static ApiError LineTooLong() => new(403, $"A dictionary has a line longer than {FoundLine.MaxBytes >> 20} MiB.");

    /// <summary>413: the lines around one match are more than can be held.</summary>
    public static ApiError ContextTooLarge() =>
        new(413, $"The lines around a match are larger than {ContextLines.MaxBytes >> 20} MiB; ask for less context.");

    /// <summary>504: for forms that cannot say that an answer is not complete.</summary>
    public static ApiError OutOfTime() => new(504, "The search took longer than --timeout allows. Narrow it, or ask for fewer results.");
}
