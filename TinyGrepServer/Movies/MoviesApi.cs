// /api/v1/movies: the catalogue as a resource. Every change names, with If-Match, the version it was made for.

using TinyGrepServer.Server;

namespace TinyGrepServer.Movies;

internal sealed class MoviesApi(MovieStore store)
{
    const string Base = "/api/v1/movies";
    const string Token = """-H "Authorization: Bearer $TOKEN" """;

    const string Alien = """{"title":"Alien","genre":"Horror","expiry_date":"2031-05-17","release_year":1979}""";

    static readonly Parameter Id = new("id", "The movie's id, a UUID.", Required: true);
    static readonly Parameter IfMatch = new("If-Match", "The ETag of the version that is to be changed.", Required: true, IsHeader: true);

    public IEnumerable<Route> Routes =>
    [
        Route("GET", Base, ListAsync) with
        {
            Summary = "Movies, filtered, sorted, a page at a time.",
            Parameters = MovieQuery.Parameters,
            ReplyType = MoviesJson.Plain.MoviePage,
            Example = $"-s {Token}'{{url}}{Base}?release_year=gte.1990&sort=-release_year,title&limit=3'",
        },
        Route("POST", Base, PostAsync) with
        {
            Summary = "Adds a movie.",
            Parameters = MovieFields.Parameters,
            RequestType = MoviesJson.Plain.MovieFields,
            ReplyType = MoviesJson.Plain.Movie,
            Statuses = [201, 409],
            Example = $"-s {Token}{{url}}{Base} --json '{Alien}'",
        },
        Route("GET", $"{Base}/{{id}}", GetAsync) with
        {
            Summary = "A movie; its ETag is what If-Match takes.",
            Parameters = [Id],
            ReplyType = MoviesJson.Plain.Movie,
            Statuses = [200, 304],
        },
        Route("PUT", $"{Base}/{{id}}", PutAsync) with
        {
            Summary = "Replaces a movie; needs If-Match.",
            Parameters = [Id, IfMatch, .. MovieFields.Parameters],
            RequestType = MoviesJson.Plain.MovieFields,
            ReplyType = MoviesJson.Plain.Movie,
            Statuses = [200, 409, 412, 428],
        },
        Route("PATCH", $"{Base}/{{id}}", PatchAsync) with
        {
            Summary = "Changes the fields given (a merge patch); needs If-Match.",
            Parameters = [Id, IfMatch, .. MovieFields.Optional],
            RequestType = MoviesJson.Plain.MovieFields,
            ReplyType = MoviesJson.Plain.Movie,
            Statuses = [200, 409, 412, 428],
        },
        Route("DELETE", $"{Base}/{{id}}", DeleteAsync) with
        {
            Summary = "Deletes a movie; needs If-Match.",
            Parameters = [Id, IfMatch],
            Statuses = [204, 412, 428],
        },
    ];

    static Route Route(string method, string pattern, Handler handler) =>
        new(method, pattern, handler) { Group = "Movies", NeedsToken = true, Chapter = "docs/inside/storing.md" };

    async Task<Reply> ListAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var query = MovieQuery.Parse(exchange.Query);
        var found = await store.ListAsync(query, cancellationToken);
        var page = found.Count > query.Limit
            ? new MoviePage([.. found.Take(query.Limit)], query.CursorAfter(found[query.Limit - 1]))
            : new MoviePage(found, null);
        return Reply.Json(page, MoviesJson.Plain.MoviePage);
    }

    async Task<Reply> PostAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var fields = await exchange.ReadJsonAsync(MoviesJson.Plain.MovieFields, cancellationToken);
        var movie = await store.AddAsync(fields.ToMovie(), cancellationToken);
        return Show(movie, 201).With("Location", $"{Base}/{movie.Id}");
    }

    async Task<Reply> GetAsync(Exchange exchange, CancellationToken cancellationToken) =>
        Show(await store.GetAsync(IdOf(exchange), cancellationToken));

    Task<Reply> PutAsync(Exchange exchange, CancellationToken cancellationToken) =>
        ChangeAsync(exchange, (fields, movie) => fields.ToMovie() with { Id = movie.Id }, cancellationToken);

    Task<Reply> PatchAsync(Exchange exchange, CancellationToken cancellationToken) =>
        ChangeAsync(exchange, (fields, movie) => fields.Merge(movie), cancellationToken);

    async Task<Reply> ChangeAsync(Exchange exchange, Func<MovieFields, Movie, Movie> change, CancellationToken cancellationToken)
    {
        var fields = await exchange.ReadJsonAsync(MoviesJson.Plain.MovieFields, cancellationToken);
        var changed = await store.ChangeAsync(
            IdOf(exchange), movie => Check(exchange, movie), movie => change(fields, movie), cancellationToken);
        return Show(changed);
    }

    async Task<Reply> DeleteAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        await store.DeleteAsync("id", IdOf(exchange), movie => Check(exchange, movie), cancellationToken);
        return Reply.Empty(204);
    }

    static string IdOf(Exchange exchange) =>
        Guid.TryParseExact(exchange.RouteValue("id"), "D", out var id)
            ? id.ToString()
            : throw MovieStore.Missing(exchange.RouteValue("id"));

    static void Check(Exchange exchange, Movie movie) => exchange.MustMatch(movie.Tag, "The movie");

    static Reply Show(Movie movie, int status = 200) => Reply.Json(movie, MoviesJson.Plain.Movie, status).With("ETag", movie.Tag);
}
