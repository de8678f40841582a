// A notification: something an operator should know about although no request failed. It is logged like an error, so it reaches stderr,
// the collector and the error tracker behind it the same way, with the stack of the code that sent it.

using System.Runtime.ExceptionServices;

namespace TinyGrepServer.Telemetry;

/// <summary>What a notification looks like to an error tracker that groups by exceptions.</summary>
/// <param name="message">What happened, in one sentence.</param>
#pragma warning disable CA1064 // Never thrown: it carries a stack.
internal sealed class Notification(string message) : Exception(message);
#pragma warning restore CA1064

/// <summary>Sends notifications.</summary>
public static class Notifications
{
    const int Id = 100;

    /// <summary>
    /// Logs an error-level event of this name with a stack; request id and trace id are added while a request is being answered.
    /// </summary>
    /// <param name="log">Where to.</param>
    /// <param name="name">The event's name, such as <c>disk.nearly_full</c>: the same for all of a kind.</param>
    /// <param name="message">What happened, in one sentence.</param>
    /// <param name="cause">What was thrown, if anything; otherwise the stack is the caller's.</param>
    public static void Notify(this ILogger log, string name, string message, Exception? cause = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        var shown = cause ?? ExceptionDispatchInfo.SetCurrentStackTrace(new Notification(message));
        log.Log(LogLevel.Error, new EventId(Id, name), message, shown, static (text, _) => text);
    }
}
