// The span of one request to another server. Each attempt has its own, so a trace shows which one was answered, which
// failed, and which were abandoned because another was faster.

using System.Diagnostics;

namespace TinyGrepServer.Telemetry;

/// <summary>Begins when it is made and ends when it is disposed.</summary>
internal sealed class ClientSpan : IDisposable
{
    readonly Activity activity = Tracing.Start(ActivityKind.Client, default);
    int? status;

    /// <param name="number">Which attempt it is, from 1.</param>
    public ClientSpan(Uri url, int number)
    {
        if (!activity.IsAllDataRequested) return;
        activity.DisplayName = "GET";
        activity.SetTag("http.request.method", "GET");
        activity.SetTag("server.address", url.Host);
        activity.SetTag("server.port", url.Port);
        activity.SetTag("url.full", url.GetLeftPart(UriPartial.Path)); // a query may hold a key
        if (number > 1) activity.SetTag("http.request.resend_count", number - 1);
    }

    /// <summary>Header fields that make the other server's spans children of this one.</summary>
    public IEnumerable<(string Name, string Value)> Fields
    {
        get
        {
            yield return ("traceparent", activity.Id!);
            if (activity.TraceStateString is { Length: > 0 } state) yield return ("tracestate", state);
        }
    }

    public void Answered(int answered)
    {
        status = answered;
        activity.SetTag("http.response.status_code", answered);
    }

    /// <param name="why">In words. The span's <c>error.type</c> has a few values only, so that failures can be grouped.</param>
    public void Failed(string why)
    {
        var type = status is null ? "no_answer" : status == 200 ? "invalid_answer" : $"{status}";
        activity.SetTag("error.type", type).SetStatus(ActivityStatusCode.Error, why);
    }

    /// <summary>Nobody waits for the answer any more, which is not an error.</summary>
    public void GivenUp() => activity.SetTag("error.type", "cancelled");

    public void Dispose() => activity.Dispose();
}
