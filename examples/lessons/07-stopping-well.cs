// 07 · Stopping well: drain, refuse, force
// A new version is rolled out, and the old one is told to stop. If it ends at once, every answer on its way ends with it.
// Waiting for the last one does not do either: somebody never finishes, and the supervisor's timeout ends in SIGKILL.
// In TinyGrepServer: `Server/HttpServer.cs` (DrainOnceAsync), `Server/ServerState.cs`, `Server/ActiveRequests.cs`,
// held by `StopSpecs.In_the_middle_of_64_busy_clients_SIGTERM_costs_no_accepted_answer`.
// Exercise: let SIGTERM begin it (PosixSignalRegistration; set Cancel), and let a second SIGTERM end the process at once.

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

Console.WriteLine($"Naive, end at once:     {await TryAsync(server => Task.FromResult(server.End()), finishing: 8)}");
Console.WriteLine($"Better, drain, refuse:  {await TryAsync(server => server.DrainAsync(), finishing: 8)}");
Console.WriteLine($"Better, force the last: {await TryAsync(server => server.DrainAsync(), finishing: 7)}");
Console.WriteLine("Gained: who came in time is answered, who came late is told, and the stop ends in time all the same.");

// Eight clients are in the middle of their request when the stop comes; a ninth comes after it.
static async Task<string> TryAsync(Func<Server, Task<int>> stop, int finishing)
{
    var (server, rest, never) = (new Server(), new TaskCompletionSource<string>(), Task.FromResult(""));
    var clients = Enumerable.Range(0, 8).Select(i => AskAsync(server, "GET /a l", i < finishing ? rest.Task : never)).ToList();
    while (server.Inside < 8) await Task.Delay(1);
    var stopping = stop(server);
    var late = await AskAsync(server, "GET /late", Task.FromResult("\n"));
    rest.SetResult("ine\n");
    var replies = (await Task.WhenAll(clients)).GroupBy(reply => reply).Select(same => $"{same.Count()} x {same.Key}");
    return $"{string.Join(", ", replies)}; the late one: {late}; exit code {await stopping}.";
}

static async Task<string> AskAsync(Server server, string words, Task<string> rest)
{
    try
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(words));
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(await rest));
        return await new StreamReader(client.GetStream()).ReadLineAsync() ?? "no answer";
    }
    catch (Exception cut) when (cut is SocketException or IOException) { return "no answer"; }
}

class Server
{
    readonly TcpListener port = new(IPAddress.Loopback, 0);
    readonly ConcurrentQueue<(TcpClient Client, Task Answer)> requests = new();
    readonly CancellationTokenSource forced = new();
    volatile bool refusing;

    public Server() { port.Start(); Address = (IPEndPoint)port.LocalEndpoint; _ = AcceptAsync(); }
    public IPEndPoint Address { get; }
    public int Inside => requests.Count;

    async Task AcceptAsync()
    {
        while (await port.AcceptTcpClientAsync() is var client) requests.Enqueue((client, AnswerAsync(client, isLate: refusing)));
    }

    async Task AnswerAsync(TcpClient client, bool isLate)
    {
        var reply = isLate ? "503 Retry-After: 1" : "200 OK";
        try { await new StreamReader(client.GetStream()).ReadLineAsync(forced.Token); }
        catch (OperationCanceledException) { reply = "503 Stopping"; }
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{reply}\n"));
        client.Close();
    }

    // What the end of a process does, whatever it was doing: the system closes its sockets. 143 is how SIGTERM looks to a shell.
    public int End() { port.Stop(); foreach (var (client, _) in requests) client.Client.Close(0); return 143; }

    public async Task<int> DrainAsync()
    {
        refusing = true; // who is accepted from now on is late, and is told so
        var inside = Task.WhenAll(requests.Select(request => request.Answer));
        for (var waits = 0; waits < 10; waits++) await Task.WhenAny(inside, Task.Delay(100)); // who came in time is waited for
        if (!inside.IsCompleted) { forced.Cancel(); await inside; return 1; } // the rest is cancelled, and told as well
        return 0;
    }
}
