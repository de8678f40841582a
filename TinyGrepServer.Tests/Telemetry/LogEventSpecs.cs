// Whoever filters logs goes by the events' ids, so one id must stand for one event.

using System.Reflection;
using Microsoft.Extensions.Logging;

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class LogEventSpecs
{
    const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    [TestMethod]
    public void No_two_events_have_one_id()
    {
        var events = typeof(App).Assembly.GetTypes().SelectMany(type => type.GetMethods(Any | BindingFlags.DeclaredOnly))
            .Where(method => method.IsDefined(typeof(LoggerMessageAttribute)))
            .ToLookup(
                method => method.GetCustomAttribute<LoggerMessageAttribute>()!.EventId,
                method => $"{method.DeclaringType!.Name}.{method.Name}");

        Assert.IsGreaterThan(10, events.Count);
        Assert.AreEqual("", string.Join("; ", events.Where(same => same.Count() > 1).Select(same => string.Join(", ", same))));
    }
}
