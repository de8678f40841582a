// Private state of HttpListener that has no public API: its connections, how much of a header each has received, their sockets, the end
// points they connect to, and how a reply is framed. Only this file reaches into it. Each member is looked up once, at start; Missing
// names those that a runtime lacks, and only what depends on them is switched off.

using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace TinyGrepServer.Server;

/// <summary>A header that has begun and not ended.</summary>
/// <param name="Identity">The same object for as long as it is the same header.</param>
/// <param name="LineLength">Characters of its line so far.</param>
internal readonly record struct HalfHeader(object Identity, int LineLength);

/// <summary>The bytes of a header as they came, and how many came behind it.</summary>
internal readonly record struct ReceivedHead(ReadOnlyMemory<byte> Head, int Behind);

internal static class HttpListenerFields
{
    const BindingFlags Private = BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic;
    const string Library = "System.Net.HttpListener";
    const string Connection = "System.Net.HttpConnection";
    const string EndPointListener = "System.Net.HttpEndPointListener";
    const string EndPointManager = "System.Net.HttpEndPointManager";

    static readonly List<string> NotFound = [];

    static readonly FieldInfo? ContextConnection = OfContext("_connection", typeof(object));
    static readonly FieldInfo? ConnectionSocket = OfConnection("_socket", typeof(Socket));
    static readonly FieldInfo? ConnectionReceived = OfConnection("_memoryStream", typeof(MemoryStream));
    static readonly FieldInfo? ConnectionPosition = OfConnection("_position", typeof(int));
    static readonly FieldInfo? ConnectionLine = OfConnection("_currentLine", typeof(StringBuilder));
    static readonly FieldInfo? ConnectionInputState = OfConnection("_inputState", typeof(Enum));
    static readonly FieldInfo? ConnectionLineState = OfConnection("_lineState", typeof(Enum));
    static readonly FieldInfo? ConnectionBound = OfConnection("_contextBound", typeof(bool));
    static readonly FieldInfo? ConnectionReuses = OfConnection("_reuses", typeof(int));
    static readonly FieldInfo? ListenerConnections = OfListener("_connections", typeof(IDictionary));
    static readonly FieldInfo? EndPoints = OfEndPointManager("s_ipEndPoints", typeof(IDictionary));
    static readonly FieldInfo? EndPointOwner = OfEndPointListener("_listener", typeof(HttpListener));
    static readonly FieldInfo? EndPointConnections = OfEndPointListener("_unregisteredConnections", typeof(IEnumerable));
    static readonly FieldInfo? EndPointAddress = OfEndPointListener("_endpoint", typeof(IPEndPoint));
    static readonly FieldInfo? EndPointSocket = OfEndPointListener("_socket", typeof(Socket));
    static readonly FieldInfo? EndPointPrefixes = OfEndPointListener("_prefixes", typeof(IDictionary));
    static readonly MethodInfo? EndPointAccept = MethodOfEndPointListener("Accept", typeof(SocketAsyncEventArgs));
    static readonly MethodInfo? EndPointOnAccept = MethodOfEndPointListener("OnAccept", typeof(object), typeof(SocketAsyncEventArgs));
    static readonly FieldInfo? ReplyFraming = OfResponse("_boundaryType", typeof(Enum));
    static readonly object? NoFraming = Neither(ReplyFraming?.FieldType);

    /// <summary>The fields that this runtime's HttpListener lacks; empty where it is built as expected.</summary>
    public static IReadOnlyList<string> Missing => NotFound;

    /// <summary>Whether connections can be looked at: all of their fields are needed for it.</summary>
    public static bool CanSeeConnections { get; } = IsThere(
        ConnectionSocket, ConnectionReceived, ConnectionLine, ConnectionInputState, ConnectionLineState, ConnectionBound,
        ListenerConnections, EndPoints, EndPointOwner, EndPointConnections);

    /// <summary>Whether an end point can be put together: see <see cref="NewEndPoint"/>.</summary>
    public static bool CanMakeEndPoints { get; } = EndPointsTable?.GetType().GenericTypeArguments is [_, _] && IsThere(
        EndPoints, EndPointOwner, EndPointAddress, EndPointSocket, EndPointPrefixes, EndPointConnections)
        && EndPointAccept is not null && EndPointOnAccept is not null;

    /// <summary>Whether a reply can go out without its length.</summary>
    public static bool CanLeaveLengthUnsaid => NoFraming is not null;

    /// <summary>By address, by port: HttpListener's end points. To be used under its <see cref="ICollection.SyncRoot"/>.</summary>
    public static IDictionary? EndPointsTable => (IDictionary?)EndPoints?.GetValue(null);

    static bool CanSeeHeads { get; } = IsThere(ContextConnection, ConnectionReceived, ConnectionPosition);

    static bool CanSeeReuses { get; } = IsThere(ContextConnection, ConnectionReuses);

    /// <summary>The socket under a request; null once it is closed, or where it cannot be found.</summary>
    public static Socket? SocketOf(HttpListenerContext context) =>
        ContextConnection?.GetValue(context) is { } connection ? SocketOf(connection) : null;

    /// <summary>Whether the socket under a request can be found at all.</summary>
    public static bool CanSeeSockets { get; } = IsThere(ContextConnection, ConnectionSocket);

    /// <summary>The socket of a connection; null once it is closed.</summary>
    public static Socket? SocketOf(object connection) => (Socket?)ConnectionSocket?.GetValue(connection);

    /// <summary>
    /// All connections of a listener: those that have not had a request yet are kept by the end point they came to, the others by the
    /// listener. Both are copied under the lock that HttpListener itself takes.
    /// </summary>
    public static List<object> ConnectionsOf(HttpListener listener)
    {
        List<object> all = [];
        if (!CanSeeConnections) return all;
        foreach (var endPoint in EndPointsOf(listener))
        {
            var waiting = (IEnumerable)EndPointConnections!.GetValue(endPoint)!;
            lock (waiting) AddKeys(waiting, all);
        }
        var asked = (IDictionary)ListenerConnections!.GetValue(listener)!;
        lock (asked.SyncRoot) AddKeys(asked, all);
        return all;
    }

    /// <summary>Whether a request of this connection is being answered.</summary>
    public static bool IsAnswering(object connection) => (bool)ConnectionBound!.GetValue(connection)!;

    /// <summary>The header that a connection has begun and not ended; null where it has none.</summary>
    public static HalfHeader? HalfHeaderOf(object connection)
    {
        if (IsAnswering(connection) || ConnectionReceived!.GetValue(connection) is not MemoryStream received) return null;
        var line = (StringBuilder?)ConnectionLine!.GetValue(connection);
        var has = received.Length > 0 || line is { Length: > 0 }
            || IsSet(ConnectionInputState!, connection) || IsSet(ConnectionLineState!, connection);
        return has ? new HalfHeader(received, line?.Length ?? 0) : null; // each request gets a stream of its own
    }

    /// <summary>
    /// The header of a request, before its body has been touched. Its beginning is missing where a packet held nothing but one line, or
    /// the beginning of one: HttpListener has let go of that by then. Null: it cannot be seen.
    /// </summary>
    public static ReceivedHead? HeadOf(HttpListenerContext context)
    {
        if (!CanSeeHeads || ContextConnection!.GetValue(context) is not { } connection) return null;
        if (ConnectionReceived!.GetValue(connection) is not MemoryStream stream || !stream.TryGetBuffer(out var bytes)) return null;
        var end = (int)ConnectionPosition!.GetValue(connection)!;
        return end <= bytes.Count ? new ReceivedHead(bytes[..end], bytes.Count - end) : null;
    }

    /// <summary>
    /// Keeps HttpListener from ending a connection for its number of requests: it does with the 101st. The first two are left to be
    /// counted, because with the second it goes over to the shorter time a connection may be idle.
    /// </summary>
    public static void ForgetReuses(HttpListenerContext context)
    {
        const int Settled = 2;
        if (!CanSeeReuses || ContextConnection!.GetValue(context) is not { } connection) return;
        if ((int)ConnectionReuses!.GetValue(connection)! > Settled) ConnectionReuses.SetValue(connection, Settled);
    }

    /// <summary>
    /// Makes a reply that has no body go out with neither a length nor chunks (204, a 304 whose 200 has an unknown length, HEAD of a
    /// stream). By itself HttpListener would say Content-Length: 0, which is forbidden or wrong there (RFC 9110, section 8.6), or chunks,
    /// and then write an end of chunks that no reader of such a reply expects.
    /// </summary>
    /// <returns>False where this runtime gives no way to it.</returns>
    public static bool LeaveLengthUnsaid(HttpListenerResponse response)
    {
        if (NoFraming is null) return false;
        ReplyFraming!.SetValue(response, NoFraming);
        return true;
    }

    /// <summary>An empty value of <see cref="EndPointsTable"/>: the end points of one address, by port.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2062", Justification = "HttpListener makes the same object.")]
    public static IDictionary NewPorts() => (IDictionary)Activator.CreateInstance(EndPointsTable!.GetType().GenericTypeArguments[1])!;

    /// <summary>An end point as HttpListener's own constructor makes it, on a socket that is bound but does not listen yet.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "The end point's own constructor makes the same objects.")]
    public static object NewEndPoint(HttpListener listener, IPEndPoint address, Socket socket)
    {
        var endPoint = RuntimeHelpers.GetUninitializedObject(EndPointOwner!.DeclaringType!);
        EndPointOwner.SetValue(endPoint, listener);
        EndPointAddress!.SetValue(endPoint, address);
        EndPointSocket!.SetValue(endPoint, socket);
        EndPointPrefixes!.SetValue(endPoint, Activator.CreateInstance(EndPointPrefixes.FieldType));
        EndPointConnections!.SetValue(endPoint, Activator.CreateInstance(EndPointConnections.FieldType));
        return endPoint;
    }

    /// <summary>Has an end point take connections from its socket, which listens by now.</summary>
    public static void Accept(object endPoint)
    {
        var args = new SocketAsyncEventArgs { UserToken = endPoint }; // the end point's for as long as it listens
        args.Completed += EndPointOnAccept!.CreateDelegate<EventHandler<SocketAsyncEventArgs>>();
        EndPointAccept!.Invoke(endPoint, [args]);
    }

    /// <summary>Looks a field up and keeps in mind that it is missing, or holds something else than it should.</summary>
    internal static FieldInfo? Find(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.NonPublicFields)] Type? type,
        string name, Type expected, List<string> missing)
    {
        var field = type?.GetField(name, Private);
        if (field is not null && expected.IsAssignableFrom(field.FieldType)) return field;
        missing.Add($"{type?.Name ?? "?"}.{name}");
        return null;
    }

    [DynamicDependency(DynamicallyAccessedMemberTypes.NonPublicFields, typeof(HttpListenerContext))]
    static FieldInfo? OfContext(string name, Type expected) => Find(typeof(HttpListenerContext), name, expected, NotFound);

    [DynamicDependency(DynamicallyAccessedMemberTypes.NonPublicFields, typeof(HttpListener))]
    static FieldInfo? OfListener(string name, Type expected) => Find(typeof(HttpListener), name, expected, NotFound);

    [DynamicDependency(DynamicallyAccessedMemberTypes.NonPublicFields, Connection, Library)]
    static FieldInfo? OfConnection(string name, Type expected) => Find(Type.GetType($"{Connection}, {Library}"), name, expected, NotFound);

    [DynamicDependency(DynamicallyAccessedMemberTypes.NonPublicFields, EndPointListener, Library)]
    static FieldInfo? OfEndPointListener(string name, Type expected) =>
        Find(Type.GetType($"{EndPointListener}, {Library}"), name, expected, NotFound);

    [DynamicDependency(DynamicallyAccessedMemberTypes.NonPublicFields, EndPointManager, Library)]
    static FieldInfo? OfEndPointManager(string name, Type expected) =>
        Find(Type.GetType($"{EndPointManager}, {Library}"), name, expected, NotFound);

    [DynamicDependency(DynamicallyAccessedMemberTypes.All, EndPointListener, Library)]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The dependency above keeps what is looked for.")]
    static MethodInfo? MethodOfEndPointListener(string name, params Type[] parameters)
    {
        var method = Type.GetType($"{EndPointListener}, {Library}")?.GetMethod(name, Private, parameters);
        if (method is null) NotFound.Add($"{EndPointListener.Split('.')[^1]}.{name}");
        return method;
    }

    [DynamicDependency(DynamicallyAccessedMemberTypes.NonPublicFields, typeof(HttpListenerResponse))]
    static FieldInfo? OfResponse(string name, Type expected) => Find(typeof(HttpListenerResponse), name, expected, NotFound);

    /// <summary>The value that means neither: HttpListener has it for a body whose parts are framed by itself, and never sets it.</summary>
    static object? Neither(Type? type)
    {
        const string Name = "Multipart";
        if (type is null) return null;
        if (Enum.TryParse(type, Name, out var value)) return value;
        NotFound.Add($"{type.Name}.{Name}");
        return null;
    }

    static bool IsThere(params FieldInfo?[] fields) => fields.All(field => field is not null);

    /// <summary>A value of an enumeration that is not its first.</summary>
    static bool IsSet(FieldInfo field, object connection) => ((IConvertible)field.GetValue(connection)!).ToInt32(null) != 0;

    /// <summary>By address, by port; one that several listeners share belongs to the first of them.</summary>
    static List<object> EndPointsOf(HttpListener listener)
    {
        List<object> own = [];
        var addresses = EndPointsTable!;
        lock (addresses.SyncRoot)
        {
            foreach (var ports in addresses.Values)
            {
                foreach (var endPoint in ((IDictionary)ports).Values)
                {
                    if (ReferenceEquals(EndPointOwner!.GetValue(endPoint), listener)) own.Add(endPoint);
                }
            }
        }
        return own;
    }

    static void AddKeys(IEnumerable connections, List<object> to)
    {
        foreach (var connection in connections is IDictionary byKey ? byKey.Keys : connections) to.Add(connection);
    }
}
