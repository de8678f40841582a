// Fills the catalogue with real films to try it out. Titles, genres and years are facts; the expiry dates are invented, derived from the
// title, so they are the same every time.

using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace TinyGrepServer.Movies;

internal static class SeedVerb
{
    const int ExpiryDays = 20 * 365;

    static readonly DateOnly FirstExpiry = new(2020, 1, 1);

    public static async Task RunAsync(MovieStore store, Action<string> print, CancellationToken cancellationToken)
    {
        var films = Read();
        var added = await store.AddMissingAsync(films, cancellationToken);
        print($"Added {added} of {films.Count} films; the others exist already.\n");
    }

    /// <summary>The lines of <c>films.tsv</c>: title, genre and year with tabs between.</summary>
    public static IReadOnlyList<Movie> Read()
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream("TinyGrepServer.Movies.films.tsv")!;
        using var reader = new StreamReader(resource);
        List<Movie> films = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.Split('\t') is not [var title, var genre, var year]) throw new InvalidDataException($"films.tsv: '{line}'");
            var released = int.Parse(year, CultureInfo.InvariantCulture);
            films.Add(new MovieFields { Title = title, Genre = genre, ExpiryDate = Expiry(title), ReleaseYear = released }.ToMovie());
        }
        return films;
    }

    static string Expiry(string title)
    {
        var number = BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(title)));
        return FirstExpiry.AddDays((int)(number % ExpiryDays)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }
}
