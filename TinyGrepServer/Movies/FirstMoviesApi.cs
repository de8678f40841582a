// The first routes of the catalogue, kept as they were: movies are named by their titles, fields come as a JSON body or as
// query parameters, JSON is accepted whatever the Content-Type says.

using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TinyGrepServer.Server;

namespace TinyGrepServer.Movies;

internal sealed class FirstMoviesApi(MovieStore store)
{
    const string Token = """-H "Authorization: Bearer $TOKEN" """;

    public IEnumerable<Route> Routes =>
    [
        Route("GET", "/api", AllAsync) with
        {
            Summary = "All movies.",
            ReplyType = MoviesJson.Plain.FirstMovies,
            Example = $"-s {Token}{{url}}/api",
        },
        Fields(Route("POST", "/api", PostAsync), MovieFields.Parameters) with
        {
            Summary = "Adds a movie.",
            ReplyType = MoviesJson.Plain.FirstMovie,
            Statuses = [201, 409],
        },
        Fields(Route("DELETE", "/api", DeleteAsync), [MovieFields.Parameters[0]]) with
        {
            Summary = "Deletes the movie of that title and answers with it.",
            ReplyType = MoviesJson.Plain.FirstMovie,
            Statuses = [200, 404],
        },
        Fields(Route("GET", "/api/search", SearchAsync), MovieFields.Optional) with
        {
            Summary = "The movies that match all given fields; with none: all.",
            ReplyType = MoviesJson.Plain.FirstMovies,
            Example = $"-s {Token}'{{url}}/api/search?genre=Horror'",
        },
        Fields(Route("GET", "/api/expiredMovies", ExpiredAsync), DayRange.Parameters) with
        {
            Summary = "The movies that expire between two days, inclusive.",
            RequestType = MoviesJson.Plain.DayRange,
            ReplyType = MoviesJson.Plain.FirstMovies,
            Example = $"-s {Token}'{{url}}/api/expiredMovies?from=2030-01-01&to=2030-12-31'",
        },
    ];

    static Route Route(string method, string pattern, Handler handler) =>
        new(method, pattern, handler) { Group = "Movies, first routes", NeedsToken = true, Chapter = "docs/inside/storing.md" };

    /// <summary>Fields come in the body or in the query.</summary>
    static Route Fields(Route route, IReadOnlyList<Parameter> fields) => route with
    {
        Parameters = fields,
        RequestType = MoviesJson.Plain.MovieFields,
        AnyContentType = true,
        BodyOrQuery = true,
    };

    Task<Reply> AllAsync(Exchange exchange, CancellationToken cancellationToken) => AnswerAsync([], cancellationToken);

    async Task<Reply> PostAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var fields = await FieldsAsync(exchange, cancellationToken);
        return Reply.Json((await store.AddAsync(fields.ToMovie(), cancellationToken)).First, MoviesJson.Plain.FirstMovie, 201);
    }

    async Task<Reply> DeleteAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var fields = await FieldsAsync(exchange, cancellationToken);
        if (fields.Title is null) throw ApiError.BadRequest("The field 'title' is missing: which movie is to be deleted?");
        var title = MovieFields.CheckText(fields.Title, "title");
        if (fields.ToFilters().Count() > 1)
            throw ApiError.BadRequest("A movie is deleted by its 'title' alone; no other field is allowed.");
        return Reply.Json((await store.DeleteAsync("title", title, _ => { }, cancellationToken)).First, MoviesJson.Plain.FirstMovie);
    }

    async Task<Reply> SearchAsync(Exchange exchange, CancellationToken cancellationToken) =>
        await AnswerAsync([.. (await FieldsAsync(exchange, cancellationToken)).ToFilters()], cancellationToken);

    async Task<Reply> ExpiredAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var range = await ReadAsync(
            exchange,
            MoviesJson.Plain.DayRange,
            DayRange.Parameters,
            query => new DayRange { From = query.Text("from")!, To = query.Text("to")! },
            cancellationToken);
        var from = MovieFields.CheckDate(range.From ?? throw ApiError.BadRequest("The field 'from' is missing."), "from");
        var to = MovieFields.CheckDate(range.To ?? throw ApiError.BadRequest("The field 'to' is missing."), "to");
        if (string.CompareOrdinal(from, to) > 0) throw ApiError.BadRequest($"'from' ({from}) is after 'to' ({to}).");
        MovieFilter[] filters = [new("expiry_date", "gte", [from]), new("expiry_date", "lte", [to])];
        return await AnswerAsync(filters, cancellationToken);
    }

    /// <summary>All that fit. A catalogue of any size is answered page by page, so that it is never in memory as a whole.</summary>
    async Task<Reply> AnswerAsync(IReadOnlyList<MovieFilter> filters, CancellationToken cancellationToken)
    {
        var query = new MovieQuery { Filters = filters, Limit = MovieQuery.MaxLimit };
        var page = await store.ListAsync(query, cancellationToken);
        if (page.Count <= query.Limit)
            return Reply.Json(new FirstMovies([.. page.Select(movie => movie.First)]), MoviesJson.Plain.FirstMovies);
        return new Reply { ContentType = "application/json", Stream = (output, stop) => StreamAsync(query, page, output, stop) };
    }

    async Task StreamAsync(MovieQuery query, IReadOnlyList<Movie> page, Stream output, CancellationToken cancellationToken)
    {
        await output.WriteAsync("{\"movies\":["u8.ToArray(), cancellationToken);
        for (var first = true; ; first = false)
        {
            FirstMovie[] shown = [.. page.Take(query.Limit).Select(movie => movie.First)];
            var movies = JsonSerializer.SerializeToUtf8Bytes(shown, MoviesJson.Plain.FirstMovieArray);
            if (!first && movies.Length > 2) await output.WriteAsync(","u8.ToArray(), cancellationToken);
            await output.WriteAsync(movies.AsMemory(1, movies.Length - 2), cancellationToken);
            if (page.Count <= query.Limit) break;
            page = await store.ListAsync(query with { After = [page[query.Limit - 1].Id] }, cancellationToken);
        }
        await output.WriteAsync("]}"u8.ToArray(), cancellationToken);
    }

    static Task<MovieFields> FieldsAsync(Exchange exchange, CancellationToken cancellationToken) => ReadAsync(
        exchange,
        MoviesJson.Plain.MovieFields,
        MovieFields.Parameters,
        query =>
        {
            var fields = new MovieFields
            {
                Title = query.Text("title")!,
                Genre = query.Text("genre")!,
                ExpiryDate = query.Text("expiry_date")!,
            };
            if (query.Integer("release_year") is { } year) fields.ReleaseYear = year;
            return fields;
        },
        cancellationToken);

    /// <summary>The body where there is one, else the query.</summary>
    static async Task<T> ReadAsync<T>(
        Exchange exchange,
        JsonTypeInfo<T> type,
        IReadOnlyList<Parameter> parameters,
        Func<QueryParameters, T> fromQuery,
        CancellationToken cancellationToken)
    {
        var body = await exchange.Body.ReadAsync(cancellationToken);
        if (body.Length > 0 && exchange.Query.Count > 0)
            throw ApiError.BadRequest("The fields come either as a JSON body or as query parameters, not both.");
        return body.Length > 0 ? StrictJson.Parse(body.Span, type) : fromQuery(QueryParameters.Read(exchange.Query, parameters));
    }
}

/// <summary>Two days.</summary>
internal sealed record DayRange
{
    [JsonPropertyName("from")] public string From { get; init; } = null!;

    [JsonPropertyName("to")] public string To { get; init; } = null!;

    internal static IReadOnlyList<Parameter> Parameters { get; } =
    [
        new("from", "A day, such as 2031-05-17.", Required: true),
        new("to", "A day, not before from.", Required: true),
    ];
}
