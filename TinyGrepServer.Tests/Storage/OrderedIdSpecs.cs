using TinyGrepServer.Storage;

namespace TinyGrepServer.Tests.Storage;

[TestClass]
public sealed class OrderedIdSpecs
{
    [TestMethod]
    public void Ids_that_are_made_one_after_the_other_are_in_order_within_a_millisecond_too()
    {
        List<string> ids = [];
        for (var began = DateTime.UtcNow; ids.Count < 10_000;)
        {
            if (DateTime.UtcNow - began < TimeSpan.FromTicks(10)) continue; // a microsecond
            ids.Add(OrderedId.New());
            began = DateTime.UtcNow;
        }

        CollectionAssert.AreEqual(ids.Order(StringComparer.Ordinal).ToList(), ids);
        Assert.IsTrue(ids.TrueForAll(id => Guid.Parse(id) is { Version: 7, Variant: >= 8 and <= 11 }));
    }
}
