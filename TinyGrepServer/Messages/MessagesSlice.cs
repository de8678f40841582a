// Post a text, get a permanent link made of its digest. What a link names can never change, so caches may keep it for ever.

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Messages;

/// <summary>A text.</summary>
internal sealed record Message([property: JsonPropertyName("message")] string Text);

/// <summary>Where a text is kept.</summary>
/// <param name="Digest">The SHA-256 of its UTF-8 bytes, 64 hexadecimal digits in lower case.</param>
internal sealed record MessageDigest([property: JsonPropertyName("digest")] string Digest);

/// <param name="hasToken">Whether a request carries a token that may write, where none is needed.</param>
internal sealed class MessagesSlice(MessageStore store, Func<Exchange, bool> hasToken) : ISlice
{
    const string Json = "application/json";
    const string Plain = "text/plain";

    public string Name => "messages";

    public IReadOnlyList<Route> Routes =>
    [
        new("POST", "/messages", PostAsync)
        {
            Group = "Messages",
            Chapter = "docs/inside/storing.md",
            Summary = "Stores a text and returns its permanent link: 201 if it is new, 200 if it was there already.",
            RequestType = MessagesJson.Plain.Message,
            ReplyType = MessagesJson.Plain.MessageDigest,
            Statuses = [200, 201, 507],
            Parameters = [new("message", "The text: any Unicode, or empty.", Required: true)],
            Example = """-s {url}/messages --json '{"message":"foo"}'""",
        },
        new("GET", "/messages/{digest}", GetAsync)
        {
            Group = "Messages",
            Chapter = "docs/inside/storing.md",
            Summary = "A stored text; with Accept: text/plain its bytes.",
            Parameters = [new("digest", "The SHA-256 of the text's UTF-8 bytes, 64 hexadecimal digits in lower case.", Required: true)],
            ReplyType = MessagesJson.Plain.Message,
            ReplyContentTypes = [Json, Plain],
            Statuses = [200, 304],
            Example = "-s {url}/messages/2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
        },
    ];

    async Task<Reply> PostAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var message = await exchange.ReadJsonAsync(MessagesJson.Plain.Message, cancellationToken);
        var text = Encoding.UTF8.GetBytes(message.Text);
        var (digest, isNew) = await store.SaveAsync(text, bounded: !hasToken(exchange), cancellationToken);
        var name = Convert.ToHexStringLower(digest);
        return Reply.Json(new MessageDigest(name), MessagesJson.Plain.MessageDigest, isNew ? 201 : 200)
            .With("Location", $"/messages/{name}");
    }

    async Task<Reply> GetAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var name = exchange.RouteValue("digest");
        if (!LocalMessages.IsDigest(name)) throw Missing(name);
        var text = await store.FindAsync(Convert.FromHexString(name), cancellationToken) ?? throw Missing(name);

        var plain = ContentNegotiation.MediaType(exchange.Header("Accept"), Json, Plain) == Plain;
        var tag = plain ? $"\"{name}\"" : $"\"{name}-json\"";
        (string, string)[] fields =
        [
            ("ETag", tag),
            ("Cache-Control", "public, max-age=31536000, immutable"),
            ("Vary", "Accept"),
        ];
        var reply = plain
            ? new Reply { ContentType = "text/plain; charset=utf-8", Body = text }
            : Reply.Json(new Message(Encoding.UTF8.GetString(text)), MessagesJson.Plain.Message);
        var digest = Convert.ToBase64String(SHA256.HashData(reply.Body.Span));
        return reply with { Headers = [.. fields, ("Repr-Digest", $"sha-256=:{digest}:")] };
    }

    static ApiError Missing(string name) => ApiError.NotFound(
        $"No message '{Printable.Excerpt(name, 80)}'; " +
        "a message is named by the SHA-256 of its text, 64 hexadecimal digits in lower case.");
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict)]
[JsonSerializable(typeof(Message))]
[JsonSerializable(typeof(MessageDigest))]
internal sealed partial class MessagesJson : JsonSerializerContext
{
    /// <summary>Leaves non-ASCII text as it is: our answers are JSON, never markup.</summary>
    public static MessagesJson Plain => field ??= new(RelaxedJson.Of(Default.Options));
}
