// Movies in the database. A change names the version it was made for; the second of two concurrent changes is refused.

using System.Data.Common;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;

namespace TinyGrepServer.Movies;

internal sealed class MovieStore
{
    const string Columns = "id, title, genre, expiry_date, release_year, version";
    const string ById = $"SELECT {Columns} FROM movies WHERE id = @Id";

    const string Insert = $"""
        INSERT INTO movies ({Columns}) VALUES (@Id, @Title, @Genre, @ExpiryDate, @ReleaseYear, @Version)
        ON CONFLICT (title) DO NOTHING
        """;

    const string Update = """
        UPDATE movies SET title = @Title, genre = @Genre, expiry_date = @ExpiryDate, release_year = @ReleaseYear, version = @Version
        WHERE id = @Id
        """;

    readonly Database database;

    public MovieStore(Database database)
    {
        this.database = database;
        database.Add(Migration.Embedded("Movies"));
    }

    /// <summary>At most one movie more than the query's limit: then there is another page.</summary>
    public async Task<IReadOnlyList<Movie>> ListAsync(MovieQuery query, CancellationToken cancellationToken)
    {
        List<(string, object?)> parameters = [];
        var sql = $"SELECT {Columns} FROM movies {query.ToSql(parameters)}";
        return await database.ReadAsync(
            async connection =>
            {
                using var list = connection.Once(sql, [.. parameters]);
                return await list.RowsAsync(Read, cancellationToken);
            },
            cancellationToken);
    }

    /// <exception cref="ApiError">404.</exception>
    public Task<Movie> GetAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        async connection => await connection.Prepared(ById, ("Id", id)).RowAsync(Read, cancellationToken) ?? throw Missing(id),
        cancellationToken);

    /// <exception cref="ApiError">409: the title exists.</exception>
    public async Task<Movie> AddAsync(Movie movie, CancellationToken cancellationToken) =>
        await database.WriteAsync(transaction => WriteAsync(transaction, Insert, movie), cancellationToken) > 0
            ? movie
            : throw Taken(movie.Title);

    /// <summary>Adds those whose titles are not there yet.</summary>
    /// <returns>How many were added.</returns>
    public Task<int> AddMissingAsync(IReadOnlyList<Movie> movies, CancellationToken cancellationToken) => database.WriteAsync(
        async transaction =>
        {
            var added = 0;
            foreach (var movie in movies) added += await WriteAsync(transaction, Insert, movie);
            return added;
        },
        cancellationToken);

    /// <summary>Changes a movie that passes a check, as one step that nobody gets between.</summary>
    /// <param name="check">Throws where the movie as it stands is not the one meant.</param>
    /// <exception cref="ApiError">404, 409, and what <paramref name="check"/> throws.</exception>
    public async Task<Movie> ChangeAsync(string id, Action<Movie> check, Func<Movie, Movie> change, CancellationToken cancellationToken)
    {
        Movie? changed = null;
        try
        {
            return await database.WriteAsync(
                async transaction =>
                {
                    var movie = await LockAsync(transaction, "id", id) ?? throw Missing(id);
                    check(movie);
                    changed = change(movie) with { Version = movie.Version + 1 };
                    await WriteAsync(transaction, Update, changed);
                    return changed;
                },
                cancellationToken);
        }
        catch (Exception thrown) when (database.IsDuplicate(thrown))
        {
            throw Taken(changed!.Title);
        }
    }

    /// <exception cref="ApiError">404, and what <paramref name="check"/> throws.</exception>
    public Task<Movie> DeleteAsync(string column, string value, Action<Movie> check, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async transaction =>
            {
                var movie = await LockAsync(transaction, column, value) ?? throw Missing(value);
                check(movie);
                await transaction.RunAsync("DELETE FROM movies WHERE id = @Id", ("Id", movie.Id));
                return movie;
            },
            cancellationToken);

    /// <param name="column"><c>id</c> or <c>title</c>.</param>
    Task<Movie?> LockAsync(DbTransaction transaction, string column, string value)
    {
        var sql = $"SELECT {Columns} FROM movies WHERE {column} = @Value{(database.IsPostgres ? " FOR UPDATE" : "")}";
        return transaction.Prepared(sql, ("Value", value)).RowAsync(Read, CancellationToken.None);
    }

    static Task<int> WriteAsync(DbTransaction transaction, string sql, Movie movie) => transaction.RunAsync(
        sql,
        ("Id", movie.Id), ("Title", movie.Title), ("Genre", movie.Genre), ("ExpiryDate", movie.ExpiryDate),
        ("ReleaseYear", movie.ReleaseYear), ("Version", movie.Version));

    /// <summary>In the order of <see cref="Columns"/>.</summary>
    static Movie Read(DbDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetInt64(5));

    public static ApiError Missing(string name) => ApiError.NotFound($"No movie '{Printable.Excerpt(name, 80)}'.");

    static ApiError Taken(string title) => new(409, $"The movie '{Printable.Excerpt(title, 80)}' already exists.");
}
