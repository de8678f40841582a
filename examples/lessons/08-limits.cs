// 08 · Limits and 503, and memory that follows what has arrived
// A client says that four megabytes are coming, and sends one byte. Whoever believes it pays for a number in a header field.
// Sixty such clients cost 240 MiB, six thousand cost the server. A limit on each is no limit on all: some have to be sent away.
// In TinyGrepServer: `Server/Wire/RequestBody.cs`, `Server/BodyBudget.cs`, `Server/Middleware/Limits.cs`,
// held by `RequestBodySpecs.Idle_bodies_that_announce_a_megabyte_cost_what_has_arrived`.
// Exercise: one client can take all the places there are. Give no address more than half of them.

using System.Net;
using System.Net.Sockets;
using System.Text;

const int Clients = 60, Places = 16, Announced = 4 << 20;
int inside = 0, refused = 0;
long held = 0;

Console.WriteLine($"Naive, believe it: {await TryAsync(BelieveAsync)}");
Console.WriteLine($"Better, limits:    {await TryAsync(LimitAsync)}");
Console.WriteLine("Gained: memory is what has arrived, work is what fits, and who is refused knows it at once.");

async Task BelieveAsync(HttpListenerContext context)
{
    var body = new byte[context.Request.ContentLength64]; // as large as the client says
    held += body.Length;
    inside++;
    await context.Request.InputStream.ReadExactlyAsync(body);
}

async Task LimitAsync(HttpListenerContext context)
{
    if (inside == Places)
    {
        context.Response.StatusCode = 503;
        context.Response.Headers["Retry-After"] = "1";
        await context.Response.OutputStream.WriteAsync("No place free.\n"u8.ToArray());
        Interlocked.Increment(ref refused);
        return; // a real server now reads a bounded rest of the body: closing over unread bytes would take the reply back
    }
    var (body, length) = (new byte[1024], 0);
    held += body.Length;
    inside++;
    while (await context.Request.InputStream.ReadAsync(body.AsMemory(length)) is > 0 and var read)
    {
        length += read;
        if (length < body.Length) continue;
        held += length;
        Array.Resize(ref body, 2 * length); // twice what has come, whatever was announced
    }
    inside--;
}

async Task<string> TryAsync(Func<HttpListenerContext, Task> handler)
{
    (inside, refused, held) = (0, 0, 0);
    var port = FreePort();
    var listener = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
    listener.Start();
    _ = AcceptAsync();
    var head = $"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {Announced}\r\n\r\n";
    List<TcpClient> clients = [];
    for (var i = 0; i < Clients; i++)
    {
        clients.Add(new TcpClient("127.0.0.1", port));
        await clients[i].GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{head}x"));
    }
    while (inside + refused < Clients) await Task.Delay(1);
    var told = clients.Count(client => client.Available > 0);
    return $"{Clients} clients sent {Clients} bytes: {held >> 10} KiB held, {inside} inside, {told} told 503 at once.";

    async Task AcceptAsync()
    {
        while (true) _ = handler(await listener.GetContextAsync()); // up to its first await a handler runs here, alone
    }
}

static int FreePort()
{
    using var probe = new TcpListener(IPAddress.Loopback, 0); // HttpListener itself takes no port 0
    probe.Start();
    return ((IPEndPoint)probe.LocalEndpoint).Port;
}
