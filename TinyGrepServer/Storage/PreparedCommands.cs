// The few questions asked thousands of times a second: prepared once a connection instead of each time. A connection serves
// one request at a time, so its commands need no lock. (PostgreSQL's driver prepares by itself what it sees often.)

using System.Data.Common;
using System.Runtime.CompilerServices;

namespace TinyGrepServer.Storage;

internal static class PreparedCommands
{
    static readonly ConditionalWeakTable<DbConnection, Dictionary<string, DbCommand>> Kept = [];

    /// <summary>The command of this text with its one parameter set; it stays the connection's and must not be disposed.</summary>
    /// <param name="sql">A constant, never made of anybody's input.</param>
    public static DbCommand Prepared(this DbConnection connection, string sql, string parameter, object value)
    {
        var commands = Kept.GetOrCreateValue(connection);
        if (!commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is the caller's constant.
            command.CommandText = sql;
#pragma warning restore CA2100
            var first = command.CreateParameter();
            first.ParameterName = parameter;
            command.Parameters.Add(first);
            commands[sql] = command;
        }
        command.Parameters[0].Value = value;
        return command;
    }
}
