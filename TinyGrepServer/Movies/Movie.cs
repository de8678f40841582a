// A movie and the forms it is sent in. What a client sends is checked here, once; a Movie that exists is valid.

using System.Globalization;
using System.Text.Json.Serialization;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;

namespace TinyGrepServer.Movies;

/// <summary>A movie as it is kept.</summary>
/// <param name="Id">Its permanent name, a UUID of version 7.</param>
/// <param name="Title">1..500 characters, unique.</param>
/// <param name="Genre">1..500 characters.</param>
/// <param name="ExpiryDate">The last day it may be shown, <c>2031-05-17</c>.</param>
/// <param name="ReleaseYear">1870..2200.</param>
/// <param name="Version">1, one more with each change.</param>
internal sealed record Movie(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("title")] string Title,
    [property: JsonPropertyName("genre")] string Genre,
    [property: JsonPropertyName("expiry_date")] string ExpiryDate,
    [property: JsonPropertyName("release_year")] long ReleaseYear,
    [property: JsonIgnore] long Version)
{
    internal string Tag => $"\"{Version.ToString(CultureInfo.InvariantCulture)}\"";

    internal FirstMovie First => new(Title, Genre, ExpiryDate, ReleaseYear);
}

/// <summary>A movie as the first routes answer it.</summary>
internal sealed record FirstMovie(
    [property: JsonPropertyName("title")] string Title,
    [property: JsonPropertyName("genre")] string Genre,
    [property: JsonPropertyName("expiry_date")] string ExpiryDate,
    [property: JsonPropertyName("release_year")] long ReleaseYear);

/// <summary>Some or all fields of a movie, as sent. None may be null; one that is absent is not there at all.</summary>
internal sealed record MovieFields
{
    const int FirstYear = 1870;
    const int LastYear = 2200;
    const int MaxLength = 500; // PostgreSQL's index entries are at most 2.7 kB, and a character at most 4 bytes

    [JsonPropertyName("title")] public string Title { get; init; } = null!;

    [JsonPropertyName("genre")] public string Genre { get; init; } = null!;

    [JsonPropertyName("expiry_date")] public string ExpiryDate { get; init; } = null!;

    /// <summary>Set, not initialized: the serializer gives an init-only property that is absent its type's default.</summary>
    [JsonPropertyName("release_year")]
    public int ReleaseYear
    {
        get;
        set => (field, HasReleaseYear) = (value, true);
    }

    internal bool HasReleaseYear { get; private set; }

    internal static IReadOnlyList<Parameter> Parameters { get; } =
    [
        new("title", "1..500 characters, unique.", Required: true, Min: 1, Max: MaxLength),
        new("genre", "1..500 characters.", Required: true, Min: 1, Max: MaxLength),
        new("expiry_date", "The last day it may be shown, such as 2031-05-17.", Required: true),
        new("release_year", $"{FirstYear}..{LastYear}.", "integer", Required: true, Min: FirstYear, Max: LastYear),
    ];

    internal static IReadOnlyList<Parameter> Optional { get; } = [.. Parameters.Select(parameter => parameter with { Required = false })];

    /// <summary>A new movie.</summary>
    /// <exception cref="ApiError">400: a field is missing or not fit.</exception>
    internal Movie ToMovie() => new(
        OrderedId.New(),
        CheckText(Title ?? throw Missing("title"), "title"),
        CheckText(Genre ?? throw Missing("genre"), "genre"),
        CheckDate(ExpiryDate ?? throw Missing("expiry_date"), "expiry_date"),
        CheckYear(HasReleaseYear ? ReleaseYear : throw Missing("release_year")),
        Version: 1);

    /// <summary>That movie with the fields that are given.</summary>
    /// <exception cref="ApiError">400: a field is not fit.</exception>
    internal Movie Merge(Movie movie) => movie with
    {
        Title = Title is null ? movie.Title : CheckText(Title, "title"),
        Genre = Genre is null ? movie.Genre : CheckText(Genre, "genre"),
        ExpiryDate = ExpiryDate is null ? movie.ExpiryDate : CheckDate(ExpiryDate, "expiry_date"),
        ReleaseYear = HasReleaseYear ? CheckYear(ReleaseYear) : movie.ReleaseYear,
    };

    /// <summary>The fields that are given, as filters for equality.</summary>
    internal IEnumerable<MovieFilter> ToFilters()
    {
        if (Title is not null) yield return MovieFilter.Equal("title", CheckText(Title, "title"));
        if (Genre is not null) yield return MovieFilter.Equal("genre", CheckText(Genre, "genre"));
        if (ExpiryDate is not null) yield return MovieFilter.Equal("expiry_date", CheckDate(ExpiryDate, "expiry_date"));
        if (HasReleaseYear) yield return MovieFilter.Equal("release_year", CheckYear(ReleaseYear));
    }

    internal static string CheckText(string text, string name) =>
        text.Length == 0 ? throw ApiError.BadRequest($"'{name}' must not be empty.")
        : text.Length > MaxLength ? throw ApiError.BadRequest($"'{name}' has {text.Length} characters; at most {MaxLength} are allowed.")
        : text.Contains('\0', StringComparison.Ordinal) ? throw ApiError.BadRequest($"'{name}' must not contain the character U+0000.")
        : text;

    internal static string CheckDate(string text, string name) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? text
            : throw ValueRules.Refusal(name, "a day such as 2031-05-17", text);

    static long CheckYear(int year) => ValueRules.InRange(year, FirstYear, LastYear, "release_year");

    static ApiError Missing(string name) =>
        ApiError.BadRequest($"The field '{name}' is missing; a movie has title, genre, expiry_date and release_year.");
}

/// <summary>What the first routes answer a list with.</summary>
internal sealed record FirstMovies([property: JsonPropertyName("movies")] IReadOnlyList<FirstMovie> Movies);

/// <summary>One page of a list.</summary>
/// <param name="Movies">The movies, in the order asked for.</param>
/// <param name="Next">The <c>cursor</c> of the next page; null on the last.</param>
internal sealed record MoviePage(
    [property: JsonPropertyName("movies")] IReadOnlyList<Movie> Movies,
    [property: JsonPropertyName("next")] string? Next);
