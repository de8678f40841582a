// 02 · One slow client, and a task per connection
// The loop of lesson 01 serves one client after the other. A client that stops in the middle of a word stops everybody behind it.
// A thread for each client mends that, but then a thousand idle clients are a thousand idle threads.
// In TinyGrepServer: `Server/HttpServer.cs` (AcceptAsync: a task a request, owned by the counter in `Server/ActiveRequests.cs`),
// held by `HttpListenerTrapsSpecs.Two_hundred_half_sent_headers_do_not_keep_valid_requests_from_their_answers`.
// Exercise: what a task throws is lost if nobody awaits it. Log it. And at a stop, who knows which tasks are still running?

using System.Net;
using System.Net.Sockets;
using System.Text;

const int Slow = 200, Quick = 20;
var ownThreads = 0;

Console.WriteLine($"Naive, one at a time:       {await TryAsync(OneAtATimeAsync, patience: 1500)}");
Console.WriteLine($"Naive, a thread per client: {await TryAsync(AThreadEachAsync)}");
Console.WriteLine($"Better, a task per client:  {await TryAsync(ATaskEachAsync)}");
Console.WriteLine("Gained: waiting costs a few hundred bytes. A thread is taken only while there is something to do.");

static async Task OneAtATimeAsync(TcpListener port)
{
    while (true) await ServeAsync(await port.AcceptTcpClientAsync());
}

async Task AThreadEachAsync(TcpListener port)
{
    while (true)
    {
        var client = await port.AcceptTcpClientAsync();
        new Thread(() => ServeAsync(client).Wait()) { IsBackground = true }.Start();
        ownThreads++;
    }
}

static async Task ATaskEachAsync(TcpListener port)
{
    while (true) _ = ServeAsync(await port.AcceptTcpClientAsync()); // without await: on to the next client at once
}

static async Task ServeAsync(TcpClient client)
{
    using var connection = client;
    using var reader = new StreamReader(client.GetStream());
    try
    {
        await reader.ReadLineAsync(); // this is where a slow client is waited for
        await client.GetStream().WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray());
    }
    catch (IOException) { } // the client has gone
}

// Two hundred clients begin a line and leave it at that; then twenty come that know what they want.
async Task<string> TryAsync(Func<TcpListener, Task> server, int patience = 9000)
{
    ownThreads = 0;
    using var port = new TcpListener(IPAddress.Loopback, 0);
    port.Start();
    var address = (IPEndPoint)port.LocalEndpoint;
    _ = server(port);
    var slow = await Task.WhenAll(Enumerable.Range(0, Slow).Select(_ => SayAsync(address, "GET /sl")));
    var quick = Enumerable.Range(0, Quick).Select(_ => AskAsync(address)).ToList();
    await Task.WhenAny(Task.WhenAll(quick), Task.Delay(patience)); // who is not answered by then waits for the slow
    var (answered, threads) = (quick.Count(reply => reply.IsCompletedSuccessfully), ownThreads + ThreadPool.ThreadCount);
    foreach (var client in slow) client.Dispose();
    return $"{answered} of {Quick} quick clients answered behind {Slow} slow ones, with {threads} threads.";
}

static async Task<TcpClient> SayAsync(IPEndPoint server, string words)
{
    var client = new TcpClient();
    await client.ConnectAsync(server);
    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(words));
    return client;
}

static async Task<string?> AskAsync(IPEndPoint server)
{
    using var client = await SayAsync(server, "GET /quick HTTP/1.1\r\n\r\n");
    return await new StreamReader(client.GetStream()).ReadLineAsync();
}
