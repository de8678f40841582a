// The few statements run thousands of times a second: prepared once a connection instead of each time. A connection serves
// one request at a time, so its commands need no lock. (PostgreSQL's driver prepares by itself what it sees often.)

using System.Data.Common;
using System.Runtime.CompilerServices;

namespace TinyGrepServer.Storage;

internal static class PreparedCommands
{
    static readonly ConditionalWeakTable<DbConnection, Dictionary<string, DbCommand>> Kept = [];

    /// <summary>The command of this text with its parameters set; it stays the connection's and must not be disposed.</summary>
    /// <param name="sql">A constant, never made of anybody's input.</param>
    public static DbCommand Prepared(this DbConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var commands = Kept.GetOrCreateValue(connection);
        if (!commands.TryGetValue(sql, out var command)) commands[sql] = command = Create(connection, sql, parameters);
        for (var at = 0; at < parameters.Length; at++) command.Parameters[at].Value = parameters[at].Value;
        return command;
    }

    /// <summary>The same within a transaction.</summary>
    public static DbCommand Prepared(this DbTransaction transaction, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = transaction.Connection!.Prepared(sql, parameters);
        command.Transaction = transaction;
        return command;
    }

    static DbCommand Create(DbConnection connection, string sql, ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is the caller's constant.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, _) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
