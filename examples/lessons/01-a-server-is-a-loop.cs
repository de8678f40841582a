// 01 · A server is a loop
// A program that has answered one client has ended, and the second client finds nobody at home.
// A loop mends that, until one client talks nonsense: what it throws ends the loop, for everybody who comes later.
// In TinyGrepServer: `Server/HttpServer.cs` (AcceptAsync: one catch-all, a log line, a pause, and on with the loop),
// held by `HttpListenerTrapsSpecs.Out_of_descriptors_the_server_survives_recovers_and_comes_to_rest`.
// Exercise: here the accept itself stands outside the try. When does it throw (ulimit -n 60), and why would it need a pause?

using System.Net;
using System.Net.Sockets;
using System.Text;

Console.WriteLine($"Naive, no loop:        {await AnsweredAsync(OnceAsync)} of 4 polite clients answered.");
Console.WriteLine($"Naive, a loop:         {await AnsweredAsync(LoopAsync)} of 4; the third client of five talked nonsense.");
Console.WriteLine($"Better, catch and log: {await AnsweredAsync(GoOnAsync)} of 4.");
Console.WriteLine("Gained: a client can spoil its own request, and nothing else.");

static async Task OnceAsync(TcpListener port) => await ServeAsync(await port.AcceptTcpClientAsync());

static async Task LoopAsync(TcpListener port)
{
    while (true) await ServeAsync(await port.AcceptTcpClientAsync());
}

static async Task GoOnAsync(TcpListener port)
{
    while (true)
    {
        var client = await port.AcceptTcpClientAsync();
        try { await ServeAsync(client); }
        catch (Exception failed) { Console.WriteLine($"  log: a request failed, going on ({failed.GetType().Name})"); }
    }
}

// HTTP is text. A request: a line that says what is wanted, header fields, an empty line. A reply has the same shape.
static async Task ServeAsync(TcpClient client)
{
    using var connection = client;
    using var reader = new StreamReader(client.GetStream());
    var words = (await reader.ReadLineAsync() ?? "").Split(' '); // GET /a HTTP/1.1
    var body = $"You asked for {words[1]}.\n";                   // throws where there is no second word
    while (await reader.ReadLineAsync() is { Length: > 0 }) { }  // the header fields; none is needed here
    var reply = $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";
    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(reply));
}

// Five clients, one after the other. When the server's task has ended, so has its program: the port is closed.
static async Task<int> AnsweredAsync(Func<TcpListener, Task> server)
{
    using var port = new TcpListener(IPAddress.Loopback, 0); // port 0: any that is free
    port.Start();
    var address = (IPEndPoint)port.LocalEndpoint;
    _ = server(port).ContinueWith(_ => port.Stop());
    var answered = 0;
    foreach (var request in (string[])["GET /a HTTP/1.1", "GET /b HTTP/1.1", "nonsense", "GET /c HTTP/1.1", "GET /d HTTP/1.1"])
    {
        if (await AskAsync(address, request) == "HTTP/1.1 200 OK") answered++;
    }
    return answered;
}

static async Task<string?> AskAsync(IPEndPoint server, string request)
{
    try
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{request}\r\n\r\n"));
        return await new StreamReader(client.GetStream()).ReadLineAsync();
    }
    catch (Exception refused) when (refused is SocketException or IOException)
    {
        return null;
    }
}
