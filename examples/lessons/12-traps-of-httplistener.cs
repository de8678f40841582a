// 12 · The traps of HttpListener
// A library that reads HTTP for you has a will of its own. This one answers requests that no handler has seen, hands over clients
// that are not there, and waits for ever for the end of a header. Tried on Linux; on Windows it is another class.
// In TinyGrepServer: `Server/HttpServer.cs` (CloseAsync, Receive) and `Server/Wire/Connections/Sweep.cs`, held by
// `HttpListenerFactsSpecs.A_stop_invents_a_reply_for_a_request_nobody_has_answered`, `SweepSpecs.Headers_that_never_end_are_dropped`
// and `HttpListenerFactsSpecs.A_body_without_a_length_is_refused_and_handed_over_all_the_same`.
// Exercise: call Response.Abort() in the middle of a chunked reply. What must a body have at its end, so that a cut one is known?

using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text;

const string Rest = " / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", Whole = "GET" + Rest, NoLength = "POST" + Rest, Waiting = "nothing yet";
const string Half = "GET / HTTP/1.1\r\nX-Slow: ", Empty = "HTTP/1.1 200 OK, ", Hello = "HTTP/1.1 200 OK, 127.0.0.1: Hello!";
string[] six = [Half, Half, Half, Whole, Whole, Whole], four = [NoLength, Whole, Whole, Whole], twenty = [.. Enumerable.Repeat(Half, 20)];
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
    for (var i = 0; i < 3; i++) await server.GetContextAsync(); // until three requests are inside and three headers have begun
    while (NoRequestsYet().Count(begun => (int)Field("HttpConnection", "_position", begun)! > 0) < 3) await Task.Delay(10);
    server.Stop();
}

// A POST without a length gets its 411 from HttpListener, and is handed over all the same, with nobody behind it.
static async Task AcceptAsync(HttpListener server, bool expects)
{
    while (await server.GetContextAsync() is var context)
        try { context.Response.Close(Encoding.ASCII.GetBytes($"{context.Request.RemoteEndPoint!.Address}: Hello!"), willBlock: true); }
        catch (Exception nobody) when (expects && nobody is NullReferenceException or ObjectDisposedException) { }
}

// Ends what has been no request for six rounds.
static async Task SweepAsync(HttpListener server)
{
    for (Dictionary<object, int> rounds = []; ; await Task.Delay(50))
        foreach (var begun in NoRequestsYet())
            if ((rounds[begun] = rounds.GetValueOrDefault(begun) + 1) > 6) ((Socket?)Field("HttpConnection", "_socket", begun))?.Dispose();
}

// No public way leads to such connections, only these private fields, under the locks that HttpListener itself takes.
static IEnumerable<object> NoRequestsYet() => Values(Field("HttpEndPointManager", "s_ipEndPoints", null)!).SelectMany(Values)
    .SelectMany(point => Values(Field("HttpEndPointListener", "_unregisteredConnections", point)!));
static object[] Values(object all) { lock (all) return [.. (IEnumerable<object>)((all as System.Collections.IDictionary)?.Values ?? all)]; }
static object? Field(string type, string name, object? of) => Type.GetType($"System.Net.{type}, System.Net.HttpListener")!
    .GetField(name, BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(of);

// How many clients have read this in the end. Waits are counted, not time: if all stands still, that costs one of them.
async Task<int> CountAsync(string[] requests, Func<HttpListener, Task> serve, string wanted)
{
    var probe = new TcpListener(IPAddress.Loopback, 0); // a port that is free; HttpListener takes no 0
    probe.Start();
    var port = ((IPEndPoint)probe.LocalEndpoint).Port;
    probe.Stop();
    var server = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
    server.Start();
    var serving = serve(server);
    if (requests[0] == NoLength) await AskAsync(port, NoLength); // the others come when it has been handed over
    for (var waits = 0; waits < 10 && requests[0] == NoLength && !serving.IsCompleted; waits++) await Task.Delay(50);
    var replies = requests.Where(request => request != NoLength).Select(request => AskAsync(port, request)).ToList();
    for (var waits = 0; waits < 25 && !replies.All(reply => reply.IsCompleted); waits++) await Task.Delay(50);
    return replies.Count(reply => (reply.IsCompleted ? reply.Result : Waiting) == wanted);
}

static async Task<string> AskAsync(int port, string request)
{
    using var client = new TcpClient("127.0.0.1", port);
    client.GetStream().Write(Encoding.ASCII.GetBytes(request));
    var buffer = new byte[1000];
    try { await client.GetStream().ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false); } catch (IOException) { }
    return Encoding.ASCII.GetString(buffer).TrimEnd('\0').Split("\r\n") is [var first, .., var last] ? $"{first}, {last}" : "no reply";
}
