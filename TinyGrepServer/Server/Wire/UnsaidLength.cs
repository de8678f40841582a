// A reply whose length is not said, and which has no body either: 204, a 304 whose 200 has an unknown length, HEAD of a stream.
// HttpListener would say Content-Length: 0, which is forbidden or wrong there (RFC 9110, section 8.6), or chunks, and then
// write an end of chunks that no reader of such a reply expects. So this one file reaches for the private field that decides.
// Where a runtime names it differently, Available is false, and those replies are as HttpListener makes them.

using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Reflection;

namespace TinyGrepServer.Server;

internal static class UnsaidLength
{
    static readonly FieldInfo? Framing = Find();
    static readonly object? None = Neither(Framing?.FieldType);

    /// <summary>Whether this runtime's HttpListener is built as expected.</summary>
    public static bool Available => None is not null;

    /// <summary>Neither a length nor chunks go out; there must be no body.</summary>
    /// <returns>False where this runtime gives no way to it.</returns>
    public static bool Set(HttpListenerResponse response)
    {
        if (None is null) return false;
        Framing!.SetValue(response, None);
        return true;
    }

    [DynamicDependency(DynamicallyAccessedMemberTypes.NonPublicFields, typeof(HttpListenerResponse))]
    static FieldInfo? Find() =>
        typeof(HttpListenerResponse).GetField("_boundaryType", BindingFlags.Instance | BindingFlags.NonPublic);

    /// <summary>The value that means neither: HttpListener has it for a body whose parts are framed by itself, and never sets it.</summary>
    static object? Neither(Type? type)
    {
        const string Name = "Multipart";
        return type is { IsEnum: true } && Enum.TryParse(type, Name, out var value) ? value : null;
    }
}
