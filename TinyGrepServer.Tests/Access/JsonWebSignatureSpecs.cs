// The signature itself, against the example of the standard, and its one form.

using System.Text;
using TinyGrepServer.Access;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Access;

[TestClass]
public sealed class JsonWebSignatureSpecs
{
    // RFC 7515, appendix A.1
    const string Key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    const string Header = "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}";
    const string Payload = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";
    const string Token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
        + "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    [TestMethod]
    public void The_example_of_the_standard_is_signed_as_it_says()
    {
        var key = StrictBase64Url.Decode(Key)!;

        var token = JsonWebSignature.Sign(Encoding.UTF8.GetBytes(Header), Encoding.UTF8.GetBytes(Payload), key);
        var (header, payload, signature) = JsonWebSignature.Split(Token)!.Value;

        Assert.AreEqual(Token, token);
        Assert.AreEqual((Header, Payload), (Encoding.UTF8.GetString(header), Encoding.UTF8.GetString(payload)));
        Assert.IsTrue(JsonWebSignature.IsSignedWith(Token, signature, key));
        key[0] ^= 1;
        Assert.IsFalse(JsonWebSignature.IsSignedWith(Token, signature, key));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(".")]
    [DataRow("..")]
    [DataRow("a")]
    [DataRow("YQ.YQ")]
    [DataRow("YQ.YQ.")]
    [DataRow(".YQ.YQ")]
    [DataRow("YQ..YQ")]
    [DataRow("YQ.YQ.YQ.YQ")]
    [DataRow("YQ.YQ.YQ.")]
    [DataRow("YQ==.YQ.YQ")]
    [DataRow("YQ.YQ.YQ==")]
    [DataRow("YQ.YQ.YR")]
    [DataRow("YQ.YQ.a")]
    [DataRow("YQ.YQ.Y Q")]
    [DataRow("YQ.YQ.YQ\n")]
    [DataRow(" YQ.YQ.YQ")]
    [DataRow("YQ.YQ.+/+/")]
    [DataRow("YQ.YQ.ÿÿÿÿ")]
    [DataRow("YQ.YQ.YQ\0")]
    public void What_is_not_three_parts_in_the_one_form_is_no_token(string text) => Assert.IsNull(JsonWebSignature.Split(text));

    [TestMethod]
    public void A_token_over_4_KB_is_not_looked_at() => Assert.IsNull(JsonWebSignature.Split($"YQ.{new string('a', 4_096)}.YQ"));
}
