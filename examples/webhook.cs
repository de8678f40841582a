// A receiver of webhooks: dotnet run examples/webhook.cs serve; without the word it plays the sender, too.
// The sender waits for a commit and no longer: what it signed is kept in a table of our own, and a job of our own does the work,
// again where it fails. A delivery may come twice, and so may the work; it must bear that.

#:project ../TinyGrepServer/TinyGrepServer.csproj

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TinyGrepServer;
using TinyGrepServer.Jobs;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;

var secret = Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable("HOOK_SECRET") ?? "only for trying");
string Sign(ReadOnlySpan<byte> body) => $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(secret, body))}";

TinyServer? running = null;
await using var server = running = await TinyServer.StartAsync(
    new Settings
    {
        Services = ["messages", "jobs"],
        Server = new() { Port = 0 },
        Storage = new() { DataFolder = Directory.CreateTempSubdirectory("hooks-").FullName },
        Log = new() { Level = Microsoft.Extensions.Logging.LogLevel.Warning },
    },
    app =>
    {
        app.Database.Add(new Migration("hooks", 1, "CREATE TABLE hooks (id text PRIMARY KEY, body text NOT NULL)"));
        app.Add(new JobKind("hook", _ => { }, async (run, stop) =>
        {
            var id = JsonElement.Parse(run.Input.Span).GetProperty("id").GetString();
            var body = await app.Database.ReadAsync(
                read => read.Prepared("SELECT body FROM hooks WHERE id = @Id", ("Id", id)).RowAsync(row => row.GetString(0), stop), stop);
            return Encoding.UTF8.GetBytes($"{id} said: {body}"); // the real work goes here
        }));
        app.Map("POST", "/hook/{id}", async (exchange, stop) =>
        {
            var (id, body) = (exchange.RouteValue("id"), await exchange.Body.ReadAsync(stop));
            var (given, right) = (exchange.Header("X-Signature") ?? "", Sign(body.Span));
            if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(right)))
                throw new ApiError(401, "X-Signature is not that of the body.");
            const string Keep = "INSERT INTO hooks VALUES (@Id, @Body) ON CONFLICT (id) DO NOTHING";
            await app.Database.WriteAsync(keep => keep.RunAsync(Keep, ("Id", id), ("Body", Encoding.UTF8.GetString(body.Span))), stop);
            var input = JsonElement.Parse($$"""{"id":"{{JsonEncodedText.Encode(id)}}"}""");
            return Reply.Text((await running!.Jobs.AddAsync(new JobRequest { Kind = "hook", Input = input }, stop)).Id);
        });
    });

if (args is ["serve"]) return await server.RunAsync();

using var http = new HttpClient { BaseAddress = server.Url };
using var unsigned = await http.PostAsync("hook/d-1", new StringContent("pushed"));
http.DefaultRequestHeaders.Add("X-Signature", Sign("pushed"u8));
using var signed = await http.PostAsync("hook/d-1", new StringContent("pushed"));
var done = await server.Jobs.WaitAsync(await signed.Content.ReadAsStringAsync());
Console.WriteLine($"Unsigned: {(int)unsigned.StatusCode}. Signed: {done.State}. {await server.Messages.FindAsync(done.Result!)}");
return 0;
