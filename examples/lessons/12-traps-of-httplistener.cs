// 12 · The traps of HttpListener
// A library that reads HTTP for you has a will of its own. This one answers requests that no handler has seen, hands over clients
// that are not there, and waits for ever for the end of a header. Tried on Linux; on Windows it is another class.
// In TinyGrepServer: `Server/HttpServer.cs` (CloseAsync, Receive) and `Server/Wire/Connections/Sweep.cs`, held by
// `HttpListenerFactsSpecs.A_stop_invents_a_reply_for_a_request_nobody_has_answered`, `SweepSpecs.Headers_that_never_end_are_dropped`
// and `HttpListenerFactsSpecs.A_body_without_a_length_is_refused_and_handed_over_all_the_same`.
// Exercise: call Response.Abort() in the middle of a chunked reply. What must a body have at its end, so that a cut one is known?

using System.Collections;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text;

const string Half = "GET / HTTP/1.1\r\nX-Slow: ", Whole = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
const string Empty = "HTTP/1.1 200 OK, empty", Hello = "HTTP/1.1 200 OK, Hello!", Waiting = "nothing yet";
var noLength = Whole.Replace("GET", "POST");
string[] six = [Half, Half, Half, Whole, Whole, Whole], four = [noLength, Whole, Whole, Whole], twenty = [.. Enumerable.Repeat(Half, 20)];
Func<HttpListener, Task> trust = server => AcceptAsync(server, expects: false), expect = server => AcceptAsync(server, expects: true);
Console.WriteLine($"Naive, stop it:          {await CountAsync(six, StopAsync, Empty)} of 6 were told 200 OK by no handler.");
Console.WriteLine($"Better, answer and exit: {await CountAsync(six, trust, Empty)} of 6. What is still open, the exit closes.");
Console.WriteLine($"Naive, trust a context:  {await CountAsync(four, trust, Hello)} of 3 answered after a POST without a length.");
Console.WriteLine($"Better, expect nobody:   {await CountAsync(four, expect, Hello)} of 3.");
Console.WriteLine($"Naive, wait for headers: {await CountAsync(twenty, expect, Waiting)} of 20 half headers hold a connection.");
Console.WriteLine($"Better, sweep:           {await CountAsync(twenty, SweepAsync, Waiting)} of 20.");
Console.WriteLine("Gained: no invented answer, no loop that a stranger can end, no connection that is held for ever.");

static async Task StopAsync(HttpListener server)
{
    for (var i = 0; i < 3; i++) await server.GetContextAsync(); // three requests are inside, three headers have begun
    server.Stop();
}

// A POST without a length gets its 411 from HttpListener, and is handed over all the same, with nobody behind it.
static async Task AcceptAsync(HttpListener server, bool expects)
{
    while (await server.GetContextAsync() is var context)
        try { context.Response.Close(Encoding.ASCII.GetBytes($"{context.Request.RemoteEndPoint!.Address}: Hello!"), willBlock: true); }
        catch (Exception nobody) when (expects && nobody is NullReferenceException or ObjectDisposedException) { }
}

// Ends what has been no request for 300 ms. No public way leads to such connections, only these private fields.
static async Task SweepAsync(HttpListener server)
{
    for (Dictionary<object, DateTime> seen = []; ; await Task.Delay(50))
        foreach (IDictionary ports in Field<IDictionary>("HttpEndPointManager", "s_ipEndPoints", null).Values)
            foreach (var point in ports.Values)
                foreach (var begun in Field<IEnumerable>("HttpEndPointListener", "_unregisteredConnections", point).Cast<object>().ToList())
                    if (!seen.TryAdd(begun, DateTime.UtcNow) && DateTime.UtcNow - seen[begun] > TimeSpan.FromMilliseconds(300))
                        Field<Socket?>("HttpConnection", "_socket", begun)?.Dispose();
}

static T Field<T>(string type, string name, object? of) => (T)Type.GetType($"System.Net.{type}, System.Net.HttpListener")!
    .GetField(name, BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(of)!;

// How many clients have read this within a second and a half.
async Task<int> CountAsync(string[] requests, Func<HttpListener, Task> serve, string wanted)
{
    var probe = new TcpListener(IPAddress.Loopback, 0); // a port that is free; HttpListener takes no 0
    probe.Start();
    var port = ((IPEndPoint)probe.LocalEndpoint).Port;
    probe.Stop();
    var server = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
    server.Start();
    _ = serve(server);
    if (requests[0] == noLength) await AskAsync(port, noLength); // the others come after it
    var replies = requests.Where(request => request != noLength).Select(request => AskAsync(port, request)).ToList();
    await Task.WhenAny(Task.WhenAll(replies), Task.Delay(1500));
    return replies.Count(reply => (reply.IsCompleted ? reply.Result : Waiting) == wanted);
}

static async Task<string> AskAsync(int port, string request)
{
    using var client = new TcpClient("127.0.0.1", port);
    client.GetStream().Write(Encoding.ASCII.GetBytes(request));
    var buffer = new byte[1000];
    try { await client.GetStream().ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false); } catch (IOException) { }
    var reply = Encoding.ASCII.GetString(buffer).TrimEnd('\0');
    return $"{reply.Split("\r\n")[0]}, {(reply.EndsWith("Hello!") ? "Hello!" : "empty")}";
}
