// A second hand on a test's database: the tools sqlite3 and psql, as an administrator would use them beside the running server.

using System.Diagnostics;

namespace TinyGrepServer.Tests.Storage;

internal static class DatabaseShell
{
    /// <summary>Runs SQL on the database that these options name, and returns what it prints.</summary>
    public static async Task<string> AskAsync(string[] options, string sql)
    {
        var at = Array.IndexOf(options, "--database");
        var start = at >= 0
            ? Programs.Start("psql", [options[at + 1], "-v", "ON_ERROR_STOP=1", "-Atqc", sql])
            : Programs.Start("sqlite3", [SqliteFile(options), sql]);
        var (exitCode, output, errors) = await TestServer.RunAsync(start);
        Assert.AreEqual(0, exitCode, errors);
        return output.TrimEnd('\n');
    }

    public static string SqliteFile(string[] options) => Path.Join(options[Array.IndexOf(options, "--data") + 1], "tinygrep.db");

    /// <summary>Bytes as a literal of either SQL.</summary>
    public static string Literal(Engine engine, string hex) => engine == Engine.Sqlite ? $"x'{hex}'" : $"'\\x{hex}'";
}

/// <summary>Another program that has begun to write and does not end.</summary>
internal sealed class SqliteLock : IAsyncDisposable
{
    readonly Process process;

    SqliteLock(Process process) => this.process = process;

    public static async Task<SqliteLock> TakeAsync(string file)
    {
        var process = Process.Start(Programs.Start("sqlite3", [file]))!;
        await process.StandardInput.WriteLineAsync(".timeout 10000\nBEGIN IMMEDIATE;\nSELECT 'locked';");
        await process.StandardInput.FlushAsync();
        Assert.AreEqual("locked", await process.StandardOutput.ReadLineAsync());
        return new SqliteLock(process);
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}

/// <summary>A server with mounts of its own, which end with it.</summary>
internal static class OwnMounts
{
    /// <summary>Runs <paramref name="mounts"/>, a line of shell, before the program; inconclusive where this may not be done.</summary>
    public static async Task<TestServer> StartAsync(string mounts, params string[] arguments)
    {
        var flags = Environment.UserName == "root" ? "-m" : "-rm";
        var (exitCode, _, errors) = await TestServer.RunAsync(Programs.Start("unshare", [flags, "bash", "-c", mounts]));
        if (exitCode != 0) Assert.Inconclusive($"Mounting is not allowed here: {errors}");
        var program = TestServer.Command(["--port", "0", .. arguments]);
        var start = Programs.Start(
            "unshare", [flags, "bash", "-c", $"{mounts} && exec \"$@\"", "bash", program.FileName, .. program.ArgumentList]);
        return await TestServer.AttachAsync(Process.Start(start)!);
    }

    /// <summary>A path as the server sees it.</summary>
    public static string Inside(TestServer server, string path) => $"/proc/{server.Process.Id}/root{path}";
}
