// The keys that sign tokens, in one file that its owner alone can read: the first signs, all verify. Rotation puts a new one
// in front; the others stay until the last token they signed has expired. Every server that sees the file has the same keys,
// and notices when it is replaced. A process that changes it reads it again under a lock shared by all processes, so no key is lost.

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using TinyGrepServer.Server;

namespace TinyGrepServer.Access;

/// <summary>One key.</summary>
/// <param name="Id">Its name, the <c>kid</c> of a token.</param>
/// <param name="Secret">32 random bytes, base64url.</param>
/// <param name="Created">When it was made, in seconds since 1970.</param>
internal sealed record SigningKey(
    [property: JsonPropertyName("kid")] string Id,
    [property: JsonPropertyName("secret")] string Secret,
    [property: JsonPropertyName("created")] long Created)
{
    [JsonIgnore]
    public byte[] Bytes => field ??= StrictBase64Url.Decode(Secret) is { Length: >= 32 } bytes
        ? bytes
        : throw new JsonException("A key must be at least 32 bytes, base64url.");
}

internal sealed partial class SigningKeys(string file, TimeSpan tokenLifetime, ILogger log, TimeProvider time)
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    const string IsFolder = "The key file is a folder.";

    /// <summary>A look at the file for every request would cost more than its token.</summary>
    static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    readonly Lock gate = new();
    volatile Loaded? loaded;

    /// <summary>The key that signs; the file is made where there is none.</summary>
    /// <exception cref="ApiError">503: the file cannot be read or made.</exception>
    public SigningKey Current => Load(make: true)[0];

    /// <summary>The key of that name, or null.</summary>
    /// <exception cref="ApiError">503: the file cannot be read.</exception>
    public SigningKey? Find(string id) =>
        Load(make: false).FirstOrDefault(key => key.Id == id)
        ?? Load(make: false, now: true).FirstOrDefault(key => key.Id == id); // made by another server a moment ago?

    /// <summary>Switches to a new signing key; drops keys whose last token has expired.</summary>
    /// <exception cref="ApiError">503: the file cannot be read or written.</exception>
    public SigningKey Rotate() => Guarded(() =>
    {
        MakeFolder();
        using var alone = FileLock.Take(file);
        if (Directory.Exists(file)) throw new IOException(IsFolder);
        var info = FileBehindLinks();
        var old = info.Exists ? Read(info) : [];
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        // A key has signed until the next newer one was made.
        var kept = old.Where((_, at) => at == 0 || now - old[at - 1].Created <= tokenLifetime.TotalSeconds + 60);
        var added = NewKey();
        Save([added, .. kept], overwrite: true);
        return added;
    });

    /// <param name="make">Makes the file where there is none.</param>
    /// <param name="now">Checks the file even if it was checked a moment ago.</param>
    SigningKey[] Load(bool make, bool now = false)
    {
        if (!now && loaded is { } known && time.GetElapsedTime(known.Looked) < LookAgain) return known.Keys;
        lock (gate) return Guarded(() => Look(make));
    }

    SigningKey[] Look(bool make)
    {
        if (Directory.Exists(file)) throw new IOException(IsFolder);
        var info = FileBehindLinks();
        if (!info.Exists && !make) return [];
        if (!info.Exists)
        {
            MakeFolder();
            using var alone = FileLock.Take(file);
            info = FileBehindLinks(); // another server may have been first
            if (!info.Exists) Save([NewKey()], overwrite: false);
            info = FileBehindLinks();
        }
        var version = (info.LastWriteTimeUtc, info.Length);
        var keys = loaded is { } last && last.Version == version ? last.Keys : Read(info);
        loaded = new Loaded(keys, version, time.GetTimestamp());
        return keys;
    }

    /// <summary>Secrets are often mounted as links that are switched; only what they lead to changes its times.</summary>
    FileInfo FileBehindLinks()
    {
        var info = new FileInfo(file);
        return info.LinkTarget is null ? info : info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info;
    }

    T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or JsonException)
        {
            Unusable(log, refused, file);
            throw ApiError.Unavailable("Tokens cannot be issued or checked at the moment: the key file cannot be used. The log says why.");
        }
    }

    SigningKey[] Read(FileInfo info)
    {
        if ((info.UnixFileMode & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0) Readable(log, file);
        var keys = JsonSerializer.Deserialize(File.ReadAllBytes(file), AccessJson.Default.SigningKeyArray) ?? [];
        return keys.Length > 0 && keys.All(key => key is { Bytes.Length: > 0 }) ? keys : throw new JsonException("There is no key in it.");
    }

    /// <summary>Written beside it and moved: nobody sees half a file, and of two servers that start at once one wins.</summary>
    void Save(SigningKey[] keys, bool overwrite)
    {
        var draft = $"{file}.{Guid.NewGuid():N}";
        try
        {
            var asNew = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
            using (var stream = new FileStream(draft, asNew))
            {
                JsonSerializer.Serialize(stream, keys, AccessJson.Default.SigningKeyArray);
                stream.Flush(flushToDisk: true);
            }
            File.Move(draft, file, overwrite);
        }
        catch (IOException) when (!overwrite && File.Exists(file))
        {
            // Another server was first: its keys are ours.
        }
        finally
        {
            File.Delete(draft); // no secret is left behind
        }
    }

    void MakeFolder()
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        if (!Directory.Exists(folder)) Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    SigningKey NewKey() => new(
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(6)),
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)),
        time.GetUtcNow().ToUnixTimeSeconds());

    /// <summary>The keys as the file of that version has them, and when it was last looked at.</summary>
    sealed record Loaded(SigningKey[] Keys, (DateTime, long) Version, long Looked);

    [LoggerMessage(30, LogLevel.Error, "The key file {File} cannot be used")]
    static partial void Unusable(ILogger log, Exception refused, string file);

    [LoggerMessage(31, LogLevel.Warning, "The key file {File} can be read by others; chmod 600 fixes that")]
    static partial void Readable(ILogger log, string file);
}
