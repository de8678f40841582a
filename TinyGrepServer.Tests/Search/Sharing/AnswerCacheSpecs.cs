// What the cache says it holds must be what it holds: its bound is a bound on memory.

using System.Text;
using TinyGrepServer.Search;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class AnswerCacheSpecs
{
    static readonly byte[] Body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 2_000)));

    [TestMethod]
    public void A_compressed_form_is_counted_for_its_own_entry()
    {
        var cache = new AnswerCache(1 << 20);
        cache.Put("a", new Reply { Body = Body });
        var before = cache.Bytes;

        var form = cache.Get("a")!.Forms!.Get("gzip", Body);

        Assert.AreEqual(before + form.Length, cache.Bytes);
    }

    [TestMethod]
    public void A_form_made_of_an_evicted_entry_is_not_counted_for_the_one_in_its_place()
    {
        var cache = new AnswerCache(Body.Length + 2_000);
        cache.Put("a", new Reply { Body = Body });
        var evicted = cache.Get("a")!;
        cache.Put("b", new Reply { Body = Body });
        cache.Put("a", new Reply { Body = Body });
        var before = cache.Bytes;

        evicted.Forms!.Get("gzip", Body);

        Assert.IsNotNull(cache.Get("a"));
        Assert.AreEqual(before, cache.Bytes);
    }
}
