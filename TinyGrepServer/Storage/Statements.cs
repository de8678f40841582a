// Plain SQL: a text, its parameters by name, a function that reads a row. The few constant statements run thousands of times
// a second, so each is prepared once per connection and kept; one that is built for a query runs once. A connection serves one request at
// a time, so its commands need no lock. (PostgreSQL's driver prepares frequent statements by itself.)

using System.Data.Common;
using System.Runtime.CompilerServices;

namespace TinyGrepServer.Storage;

/// <summary>Runs statements and reads rows, on either database.</summary>
public static class Statements
{
    static readonly ConditionalWeakTable<DbConnection, Dictionary<string, DbCommand>> Kept = [];

    /// <summary>The command of this text with its parameters set; it stays the connection's and must not be disposed.</summary>
    /// <param name="sql">A constant, never built from input.</param>
    /// <param name="parameters">What stands in it as <c>@Name</c>; null is SQL's NULL.</param>
    public static DbCommand Prepared(
        this DbConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var commands = Kept.GetOrCreateValue(connection);
        if (!commands.TryGetValue(sql, out var command)) commands[sql] = command = connection.Once(sql, parameters);
        else for (var at = 0; at < parameters.Length; at++) command.Parameters[at].Value = parameters[at].Value ?? DBNull.Value;
        return command;
    }

    /// <summary>The same within a transaction.</summary>
    /// <param name="sql">A constant, never built from input.</param>
    /// <param name="parameters">What stands in it as <c>@Name</c>; null is SQL's NULL.</param>
    public static DbCommand Prepared(
        this DbTransaction transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var command = transaction.Connection!.Prepared(sql, parameters);
        command.Transaction = transaction;
        return command;
    }

    /// <summary>A command for a single use, for texts that differ from question to question; to be disposed.</summary>
    /// <param name="sql">Never contains client input, which goes into parameters.</param>
    /// <param name="parameters">What stands in it as <c>@Name</c>; null is SQL's NULL.</param>
    public static DbCommand Once(
        this DbConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is the caller's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }
        return command;
    }

    /// <summary>Runs a constant statement of a write; not cancelled once begun, since others' writes share its commit.</summary>
    /// <returns>How many rows it changed.</returns>
    public static Task<int> RunAsync(
        this DbTransaction transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        transaction.Prepared(sql, parameters).ExecuteNonQueryAsync(CancellationToken.None);

    /// <summary>All rows, each read by <paramref name="read"/>.</summary>
    public static async Task<List<T>> RowsAsync<T>(this DbCommand command, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(read);
        List<T> rows = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }

    /// <summary>The first row, or null where there is none.</summary>
    public static async Task<T?> RowAsync<T>(this DbCommand command, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(read);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? read(reader) : null;
    }

    /// <summary>A text that may be NULL.</summary>
    public static string? TextOrNull(this DbDataReader row, int column)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.IsDBNull(column) ? null : row.GetString(column);
    }

    /// <summary>An integer that may be NULL.</summary>
    public static long? NumberOrNull(this DbDataReader row, int column)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.IsDBNull(column) ? null : row.GetInt64(column);
    }
}
