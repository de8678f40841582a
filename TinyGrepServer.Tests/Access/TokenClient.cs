// Short ways to a token and to a question that carries one, and to the program's verbs with a password on stdin.

using System.Diagnostics;
using System.Text;
using System.Text.Json;
using TinyGrepServer.Tests.Search;

namespace TinyGrepServer.Tests.Access;

internal static class TokenClient
{
    public const string Password = "correct horse";

    /// <summary>POST /api/token; without a password for servers with --open-tokens.</summary>
    public static Task<Answered> LogInAsync(
        this TestServer server, string user, string? password = null, params (string Name, string Value)[] headers)
    {
        object body = password is null ? new { user } : new { user, password };
        return server.SendAsync(HttpMethod.Post, "/api/token", Encoding.UTF8.GetBytes(JsonSerializer.Serialize(body)), headers: headers);
    }

    public static async Task<string> TokenAsync(this TestServer server, string user, string? password = null) =>
        (await server.LogInAsync(user, password).OkAsync()).Json.GetProperty("token").GetString()!;

    public static Task<Answered> GetAsAsync(
        this TestServer server, string path, string token, params (string Name, string Value)[] headers) =>
        server.GetAsync(path, [("Authorization", $"Bearer {token}"), .. headers]);

    /// <summary>The user's name and rights, as <c>user add</c> with the password on stdin makes them.</summary>
    public static async Task AddUserAsync(string[] options, string name, params string[] more)
    {
        var (exitCode, _, errors) = await RunAsync($"{Password}\n", ["user", "add", name, .. options, .. more]);
        Assert.AreEqual(0, exitCode, errors);
    }

    /// <summary>Runs the program to its end with something on stdin.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string input, params string[] arguments)
    {
        using var process = Process.Start(TestServer.Command(arguments))!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
