// postgres://user:password@host:port/name?sslmode=require, the way libpq and everybody writes it, as Npgsql wants it.

using Npgsql;

namespace TinyGrepServer.Storage;

internal static class PostgresUrl
{
    const int MaxConnections = 20; // a server of its own rarely uses more, and many servers share PostgreSQL's hundred

    /// <exception cref="FormatException">It is not such a URL; the message says what is expected.</exception>
    public static string ToConnectionString(string text)
    {
        var isUrl = Uri.TryCreate(text.Replace("@/", "@localhost/", StringComparison.Ordinal), UriKind.Absolute, out var url);
        if (!isUrl || url!.Scheme is not ("postgres" or "postgresql") || url.Host.Length == 0) throw Expected();
        var account = url.UserInfo.Split(':', 2);
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = Uri.UnescapeDataString(url.Host),
            Port = url.Port > 0 ? url.Port : NpgsqlConnection.DefaultPort,
            Database = url.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(url.AbsolutePath[1..]) : null,
            Username = account[0].Length > 0 ? Uri.UnescapeDataString(account[0]) : null,
            Password = account.Length > 1 ? Uri.UnescapeDataString(account[1]) : null,
            MaxPoolSize = MaxConnections,
            Timeout = 5,
            CommandTimeout = 10,
            MaxAutoPrepare = 50,
            ApplicationName = "tinygrepserver",
        };
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            Set(connection, pair.Split('=', 2));
        return connection.ConnectionString;
    }

    static void Set(NpgsqlConnectionStringBuilder connection, string[] pair)
    {
        var (name, value) = (Uri.UnescapeDataString(pair[0]), pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "");
        try
        {
            connection[NpgsqlName(name)] = name == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }
        catch (Exception refused) when (refused is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            throw Expected();
        }
    }

    static string NpgsqlName(string name) => name switch
    {
        "sslmode" => "SSL Mode",
        "connect_timeout" => "Timeout",
        "application_name" => "Application Name",
        _ => name,
    };

    static FormatException Expected() => new("sqlite:FILE or postgres://USER:PASSWORD@HOST:PORT/NAME");
}
