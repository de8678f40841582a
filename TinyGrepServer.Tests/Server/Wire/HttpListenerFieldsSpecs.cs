// The private fields of HttpListener: this runtime has all of them. Where one lacked some, it would be said, and nothing else
// would change.

using System.Net;
using System.Text;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

namespace TinyGrepServer.Tests.Server;

[TestClass]
public sealed class HttpListenerFieldsSpecs
{
    [TestMethod]
    public void This_runtime_has_them_all()
    {
        Assert.AreEqual("", string.Join(", ", HttpListenerFields.Missing));
        Assert.IsTrue(HttpListenerFields.CanSeeConnections);
        Assert.IsTrue(HttpListenerFields.CanSeeSockets);
        Assert.IsTrue(HttpListenerFields.CanMakeEndPoints);
        Assert.IsTrue(HttpListenerFields.CanLeaveLengthUnsaid);
    }

    [TestMethod]
    public void A_field_that_is_missing_or_holds_something_else_is_named()
    {
        List<string> missing = [];

        var there = HttpListenerFields.Find(typeof(HttpListenerContext), "_connection", typeof(object), missing);
        var gone = HttpListenerFields.Find(typeof(HttpListenerContext), "_gone", typeof(object), missing);
        var other = HttpListenerFields.Find(typeof(HttpListenerContext), "_connection", typeof(string), missing);

        Assert.IsNotNull(there);
        Assert.IsNull(gone);
        Assert.IsNull(other);
        Assert.AreEqual("HttpListenerContext._gone, HttpListenerContext._connection", string.Join(", ", missing));
    }

    [TestMethod]
    public async Task A_missing_field_is_named_on_readyz_which_stays_200()
    {
        var state = new ServerState(CancellationToken.None) { MissingFields = ["HttpConnection._socket"] };
        var ready = new Health([], state).Routes.Single(route => route.Pattern == "/readyz");

        var reply = await ready.Handler(null!, CancellationToken.None);

        Assert.AreEqual(200, reply.Status);
        StringAssert.Contains(Encoding.UTF8.GetString(reply.Body.Span), "lacks HttpConnection._socket", StringComparison.Ordinal);
    }
}
