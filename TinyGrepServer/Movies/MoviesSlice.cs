// The catalogue: the worked example of a slice that stores data and requires tokens.

using System.Text.Json;
using System.Text.Json.Serialization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Movies;

internal sealed class MoviesSlice(MovieStore store) : ISlice
{
    public string Name => "movies";

    public IReadOnlyList<Route> Routes { get; } = [.. new MoviesApi(store).Routes, .. new FirstMoviesApi(store).Routes];
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict)]
[JsonSerializable(typeof(Movie))]
[JsonSerializable(typeof(MoviePage))]
[JsonSerializable(typeof(MovieFields))]
[JsonSerializable(typeof(FirstMovie[]))]
[JsonSerializable(typeof(FirstMovies))]
[JsonSerializable(typeof(DayRange))]
[JsonSerializable(typeof(List<string>))]
internal sealed partial class MoviesJson : JsonSerializerContext
{
    /// <summary>Leaves non-ASCII text as it is: our answers are JSON, never markup.</summary>
    public static MoviesJson Plain => field ??= new(RelaxedJson.Of(Default.Options));
}
