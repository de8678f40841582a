// A token is accepted as it was given out, while it is good, and in no other form.

using System.Buffers.Text;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using TinyGrepServer.Access;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Access;

[TestClass]
public sealed class TokensSpecs
{
    static readonly Caller Ann = new("ann", MayWrite: true);

    readonly TemporaryFolder folder = new();
    readonly FakeTime clock = new();
    readonly SigningKeys keys;
    readonly Tokens tokens;

    public TokensSpecs()
    {
        keys = new SigningKeys(Path.Join(folder.Path, "keys.json"), TimeSpan.FromMinutes(15), NullLogger.Instance, clock);
        tokens = new Tokens(keys, TimeSpan.FromMinutes(15), clock);
    }

    [TestCleanup]
    public void Remove() => folder.Dispose();

    [TestMethod]
    [DataRow(true, false), DataRow(false, false), DataRow(true, true), DataRow(false, true)]
    public void Who_it_was_given_to_is_known_again(bool mayWrite, bool isAdmin)
    {
        var caller = new Caller("ann", mayWrite, isAdmin);

        Assert.AreEqual(caller, tokens.Verify($"Bearer {tokens.Issue(caller)}"));
        Assert.AreEqual(caller, tokens.Verify($"bearer   {tokens.Issue(caller)} "));
        Assert.AreNotEqual(tokens.Issue(caller), tokens.Issue(caller));
    }

    [TestMethod]
    public void It_is_good_for_a_quarter_of_an_hour_and_not_before()
    {
        var token = tokens.Issue(Ann);
        var given = clock.Now;

        clock.Now = given.AddMinutes(15).AddSeconds(-1);
        Assert.AreEqual(Ann, tokens.Verify($"Bearer {token}"));
        clock.Now = given.AddMinutes(15);
        Assert.Contains("expired", Refusal(token));
        clock.Now = given.AddSeconds(-5);
        Assert.AreEqual(Ann, tokens.Verify($"Bearer {token}"));
        clock.Now = given.AddSeconds(-6);
        Assert.Contains("not valid yet", Refusal(token));
    }

    [TestMethod, Timeout(60_000)]
    public void A_changed_byte_anywhere_spoils_it()
    {
        var token = tokens.Issue(Ann);
        for (var at = 0; at < token.Length; at++)
        {
            foreach (var other in "AbQ-_.= \0\u00ff\u0430")
            {
                if (token[at] != other) Refusal($"{token[..at]}{other}{token[(at + 1)..]}");
                Refusal($"{token[..at]}{(other == ' ' && at == 0 ? '=' : other)}{token[at..]}");
            }
            Refusal(token[..at]);
            if (at > 0) Refusal(token[at..]);
        }
        Refusal(token + "=");
        Refusal(token + ".");
        Assert.AreEqual(Ann, tokens.Verify($"Bearer {token}"));
    }

    [TestMethod]
    [DataRow("none")]
    [DataRow("None")]
    [DataRow("hs256")]
    [DataRow("HS384")]
    [DataRow("HS512")]
    [DataRow("RS256")]
    [DataRow("ES256")]
    [DataRow("HS256 ")]
    [DataRow("")]
    public void Only_HS256_is_accepted_whatever_the_signature(string algorithm)
    {
        var claims = Claims();

        Refusal(Sign($$"""{"alg":"{{algorithm}}","typ":"JWT","kid":"{{keys.Current.Id}}"}""", claims));
        Refusal($"{Encode($$"""{"alg":"{{algorithm}}","typ":"JWT","kid":"{{keys.Current.Id}}"}""")}.{Encode(claims)}.");
        Refusal($"{Encode($$"""{"alg":"{{algorithm}}","typ":"JWT","kid":"{{keys.Current.Id}}"}""")}.{Encode(claims)}");
    }

    [TestMethod]
    public void A_header_that_is_not_ours_is_refused_although_well_signed()
    {
        var kid = keys.Current.Id;
        Assert.AreEqual(Ann, tokens.Verify($"Bearer {Sign($$"""{"alg":"HS256","typ":"JWT","kid":"{{kid}}"}""", Claims())}"));
        foreach (var header in new[]
        {
            """{"alg":"HS256","typ":"JWT"}""",
            """{"alg":"HS256","typ":"JWT","kid":null}""",
            """{"alg":"HS256","typ":"JWT","kid":""}""",
            """{"alg":"HS256","typ":"JWT","kid":"../../etc/passwd"}""",
            """{"alg":"HS256","typ":"JWT","kid":"\ud800"}""",
            $$"""{"alg":"HS256","typ":"JWT","kid":["{{kid}}"]}""",
            $$"""{"alg":"HS256","typ":"JWT","kid":"{{kid}}","crit":["exp"]}""",
            $$"""{"alg":"HS256","typ":"JWT","kid":"{{kid}}","jwk":[]}""",
            $$"""{"alg":"none","alg":"HS256","typ":"JWT","kid":"{{kid}}"}""",
            $$"""{"alg":"HS256","typ":"JOSE","kid":"{{kid}}"}""",
            $$"""{"ALG":"HS256","typ":"JWT","kid":"{{kid}}"}""",
            $$"""{"typ":"JWT","kid":"{{kid}}"}""",
            $$"""{"alg":null,"typ":"JWT","kid":"{{kid}}"}""",
            $$"""["alg"]""",
            "null",
            "\"HS256\"",
            "{",
            "\u00ff",
            new string('[', 500),
        }) Refusal(Sign(header, Claims()));
    }

    [TestMethod]
    public void Claims_that_are_not_ours_are_refused_although_well_signed()
    {
        var now = clock.Now.ToUnixTimeSeconds();
        Assert.AreEqual(
            new Caller("ann", MayWrite: false),
            tokens.Verify($"Bearer {Sign(Claims(scope: "write"))}"),
            "a scope of another kind gives no right to write");
        var good = Claims();
        var ends = $"\"exp\":{now + 900}";
        foreach (var claims in new[]
        {
            Claims(issuer: "somebody"),
            Claims(audience: "somebody"),
            Claims(issuer: "TinyGrepServer"),
            Claims(subject: ""),
            Claims(expires: now),
            Claims(expires: long.MinValue),
            Claims(notBefore: now + 6),
            Claims(issuedAt: now + 6),
            Claims(notBefore: long.MaxValue),
            good.Replace("\"sub\":\"ann\"", "\"sub\":null", StringComparison.Ordinal),
            good.Replace("\"sub\":\"ann\",", "", StringComparison.Ordinal),
            good.Replace("\"sub\"", "\"sub\":\"bob\",\"sub\"", StringComparison.Ordinal),
            good.Replace(ends, $"\"exp\":\"{now + 900}\"", StringComparison.Ordinal),
            good.Replace(ends, $"{ends}.5", StringComparison.Ordinal),
            good.Replace($"{ends},", "", StringComparison.Ordinal),
            good.Replace(ends, "\"exp\":1e30", StringComparison.Ordinal),
            good.Replace("{", "{\"admin\":true,", StringComparison.Ordinal),
            good.Replace("\"aud\":\"tinygrepserver\"", "\"aud\":[\"tinygrepserver\"]", StringComparison.Ordinal),
            "null",
            "[]",
            "{}",
            "{",
        }) Refusal(Sign(claims));
    }

    [TestMethod]
    public void A_token_of_another_key_is_refused()
    {
        var other = new SigningKeys(Path.Join(folder.Path, "other.json"), TimeSpan.FromMinutes(15), NullLogger.Instance, clock);
        Assert.Contains("key is not known", Refusal(new Tokens(other, TimeSpan.FromMinutes(15), clock).Issue(Ann)));
        var signed = JsonWebSignature.Sign(Encoding.UTF8.GetBytes(Header()), Encoding.UTF8.GetBytes(Claims()), other.Current.Bytes);
        Assert.Contains("signature is wrong", Refusal(signed));
    }

    [TestMethod]
    public void Rotation_keeps_old_tokens_good_and_forgets_a_key_when_its_last_token_has_expired()
    {
        var first = keys.Current.Id;
        var old = tokens.Issue(Ann);

        clock.Now = clock.Now.AddMinutes(10);
        var second = keys.Rotate().Id;
        Assert.AreNotEqual(first, second);
        clock.Now = clock.Now.AddSeconds(2);
        var young = tokens.Issue(Ann);
        Assert.AreEqual(Ann, tokens.Verify($"Bearer {old}"));
        Assert.AreEqual(Ann, tokens.Verify($"Bearer {young}"));
        Assert.AreEqual(second, keys.Current.Id);
        clock.Now = clock.Now.AddMinutes(14);
        keys.Rotate();
        clock.Now = clock.Now.AddSeconds(2);
        Assert.AreEqual(Ann, tokens.Verify($"Bearer {young}"));
        Assert.IsNotNull(keys.Find(first));
        clock.Now = clock.Now.AddMinutes(3);
        keys.Rotate();
        clock.Now = clock.Now.AddSeconds(2);
        Assert.IsNull(keys.Find(first));
        Assert.IsNotNull(keys.Find(second));
    }

    [TestMethod]
    public void A_token_of_a_new_key_is_accepted_at_once_by_all_who_share_the_file()
    {
        Assert.AreEqual(Ann, tokens.Verify($"Bearer {tokens.Issue(Ann)}"));
        var other = new SigningKeys(Path.Join(folder.Path, "keys.json"), TimeSpan.FromMinutes(15), NullLogger.Instance, clock);

        other.Rotate();
        clock.Now = clock.Now.AddMilliseconds(500);
        var reread = new SigningKeys(Path.Join(folder.Path, "keys.json"), TimeSpan.FromMinutes(15), NullLogger.Instance, clock);
        var young = new Tokens(reread, TimeSpan.FromMinutes(15), clock).Issue(Ann);

        Assert.AreEqual(Ann, tokens.Verify($"Bearer {young}"));
    }

    string Refusal(string token)
    {
        var refused = Assert.ThrowsExactly<ApiError>(() => tokens.Verify($"Bearer {token}"), token);
        Assert.AreEqual(401, refused.Status, token);
        Assert.IsTrue(refused.Headers.Any(field =>
            field.Name == "WWW-Authenticate" && field.Value.StartsWith("Bearer ", StringComparison.Ordinal)));
        return refused.Message;
    }

    string Header() => $$"""{"alg":"HS256","typ":"JWT","kid":"{{keys.Current.Id}}"}""";

    string Sign(string claims) => Sign(Header(), claims);

    string Sign(string header, string claims) =>
        JsonWebSignature.Sign(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(claims), keys.Current.Bytes);

    static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    string Claims(
        string issuer = "tinygrepserver",
        string audience = "tinygrepserver",
        string subject = "ann",
        long? issuedAt = null,
        long? notBefore = null,
        long? expires = null,
        string scope = "read write")
    {
        var now = clock.Now.ToUnixTimeSeconds();
        return $$"""{"iss":"{{issuer}}","aud":"{{audience}}","sub":"{{subject}}","iat":"""
            + $$"""{{issuedAt ?? now}},"nbf":{{notBefore ?? now}},"exp":{{expires ?? now + 900}},"jti":"x","scope":"{{scope}}"}""";
    }
}
