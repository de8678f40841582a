// Movies in the database. A change names the version it was made for; whoever comes second is told.

using Dapper;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;

namespace TinyGrepServer.Movies;

internal sealed class MovieStore
{
    const string Columns = "id AS Id, title AS Title, genre AS Genre, expiry_date AS ExpiryDate, release_year AS ReleaseYear, version AS Version";
    const string ById = $"SELECT {Columns} FROM movies WHERE id = @id";
    const string Insert = """
        INSERT INTO movies (id, title, genre, expiry_date, release_year, version) VALUES (@Id, @Title, @Genre, @ExpiryDate, @ReleaseYear, @Version)
        ON CONFLICT (title) DO NOTHING
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
        var parameters = new DynamicParameters();
        var sql = $"SELECT {Columns} FROM movies {query.ToSql(parameters)}";
        return [.. await database.ReadAsync(connection => connection.QueryAsync<Movie>(sql, parameters), cancellationToken)];
    }

    /// <exception cref="ApiError">404.</exception>
    public async Task<Movie> GetAsync(string id, CancellationToken cancellationToken) => await database.ReadAsync(
        async connection =>
        {
            await using var row = await connection.Prepared(ById, ("id", id)).ExecuteReaderAsync(cancellationToken);
            return await row.ReadAsync(cancellationToken)
                ? new Movie(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetInt64(5))
                : throw Missing(id);
        },
        cancellationToken);

    /// <exception cref="ApiError">409: the title exists.</exception>
    public async Task<Movie> AddAsync(Movie movie, CancellationToken cancellationToken) =>
        await database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(Insert, movie, transaction), cancellationToken) > 0 ? movie : throw Taken(movie.Title);

    /// <summary>Adds those whose titles are not there yet.</summary>
    /// <returns>How many were added.</returns>
    public Task<int> AddMissingAsync(IReadOnlyList<Movie> movies, CancellationToken cancellationToken) =>
        database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(Insert, movies, transaction), cancellationToken);

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
                    await transaction.Connection!.ExecuteAsync(
                        "UPDATE movies SET title = @Title, genre = @Genre, expiry_date = @ExpiryDate, release_year = @ReleaseYear, version = @Version WHERE id = @Id", changed, transaction);
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
    public Task<Movie> DeleteAsync(string column, string value, Action<Movie> check, CancellationToken cancellationToken) => database.WriteAsync(
        async transaction =>
        {
            var movie = await LockAsync(transaction, column, value) ?? throw Missing(value);
            check(movie);
            await transaction.Connection!.ExecuteAsync("DELETE FROM movies WHERE id = @Id", movie, transaction);
            return movie;
        },
        cancellationToken);

    /// <param name="column"><c>id</c> or <c>title</c>.</param>
    Task<Movie?> LockAsync(System.Data.Common.DbTransaction transaction, string column, string value) =>
        transaction.Connection!.QuerySingleOrDefaultAsync<Movie>(
            $"SELECT {Columns} FROM movies WHERE {column} = @value{(database.IsPostgres ? " FOR UPDATE" : "")}", new { value }, transaction);

    public static ApiError Missing(string name) => ApiError.NotFound($"No movie '{Printable.Excerpt(name, 80)}'.");

    static ApiError Taken(string title) => new(409, $"There is a movie '{Printable.Excerpt(title, 80)}' already.");
}
