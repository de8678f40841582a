// An event's id is its name in alerts and in filters: one id, one event.

using System.Reflection;
using Microsoft.Extensions.Logging;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer.Tests.Telemetry;

[TestClass]
public sealed class EventIdsSpecs
{
    const BindingFlags Everything =
        BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [TestMethod]
    public void Each_event_has_an_id_of_its_own()
    {
        var notification = (int)typeof(Notifications).GetField("Id", Everything)!.GetRawConstantValue()!;
        var events =
            from type in typeof(TinyServer).Assembly.GetTypes()
            from method in type.GetMethods(Everything)
            let message = method.GetCustomAttribute<LoggerMessageAttribute>()
            where message is not null
            select (Id: message.EventId, Name: $"{type.Name}.{method.Name}");

        var all = events.Append((Id: notification, Name: nameof(Notifications))).ToList();
        var shared = all.GroupBy(one => one.Id).Where(same => same.Count() > 1);

        Assert.IsGreaterThan(10, all.Count);
        Assert.AreEqual("", string.Join("; ", shared.Select(same => $"{same.Key}: {string.Join(", ", same.Select(one => one.Name))}")));
    }
}
