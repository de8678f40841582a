// A job as the database keeps it, and as clients see it.

using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using TinyGrepServer.Server;
using TinyGrepServer.Storage;

namespace TinyGrepServer.Jobs;

/// <summary>Where a job is in its life.</summary>
internal static class JobState
{
    /// <summary>It waits for a worker, for its time, or for its next attempt.</summary>
    public const string Waiting = "waiting";

    /// <summary>A server has it.</summary>
    public const string Running = "running";

    public const string Done = "done";

    /// <summary>All attempts have failed; it can be retried.</summary>
    public const string Failed = "failed";

    /// <summary>Cancelled by a user; it can be retried.</summary>
    public const string Cancelled = "cancelled";

    public static IReadOnlyList<string> All { get; } = [Waiting, Running, Done, Failed, Cancelled];
}

/// <summary>A row. Times are milliseconds since 1970.</summary>
internal sealed record Job
{
    public const string Columns = """
        id, kind, input, state, priority, run_at, attempts, max_attempts, unique_key, user_name,
        created_at, started_at, finished_at, progress, error, result, holder, cancel_requested
        """;

    public string Id { get; init; } = "";

    public string Kind { get; init; } = "";

    public byte[] Input { get; init; } = [];

    public string State { get; init; } = "";

    public long Priority { get; init; }

    public long RunAt { get; init; }

    public long Attempts { get; init; }

    public long MaxAttempts { get; init; }

    public string? UniqueKey { get; init; }

    public string UserName { get; init; } = "";

    public long CreatedAt { get; init; }

    public long? StartedAt { get; init; }

    public long? FinishedAt { get; init; }

    public long Progress { get; init; }

    public string? Error { get; init; }

    public string? Result { get; init; }

    public string? Holder { get; init; }

    public long CancelRequested { get; init; }

    /// <summary>In the order of <see cref="Columns"/>.</summary>
    public static Job Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Kind = row.GetString(1),
        Input = row.GetFieldValue<byte[]>(2),
        State = row.GetString(3),
        Priority = row.GetInt64(4),
        RunAt = row.GetInt64(5),
        Attempts = row.GetInt64(6),
        MaxAttempts = row.GetInt64(7),
        UniqueKey = row.TextOrNull(8),
        UserName = row.GetString(9),
        CreatedAt = row.GetInt64(10),
        StartedAt = row.NumberOrNull(11),
        FinishedAt = row.NumberOrNull(12),
        Progress = row.GetInt64(13),
        Error = row.TextOrNull(14),
        Result = row.TextOrNull(15),
        Holder = row.TextOrNull(16),
        CancelRequested = row.GetInt64(17),
    };

    public JobReply ToReply() => new()
    {
        Id = Id,
        Kind = Kind,
        State = State,
        Input = JobInput.Show(Input),
        Priority = Priority,
        RunAt = Iso(RunAt)!,
        Attempts = Attempts,
        MaxAttempts = MaxAttempts,
        Unique = UniqueKey,
        User = UserName,
        CreatedAt = Iso(CreatedAt)!,
        StartedAt = Iso(StartedAt),
        FinishedAt = Iso(FinishedAt),
        Progress = Progress,
        Error = Error,
        Result = Result,
        Holder = Holder,
        CancelRequested = CancelRequested != 0,
    };

    static string? Iso(long? milliseconds) => milliseconds is { } known
        ? DateTimeOffset.FromUnixTimeMilliseconds(known).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        : null;
}

/// <summary>A job as clients see it. Times are UTC, <c>2031-05-17T08:00:00.000Z</c>.</summary>
public sealed record JobReply
{
    /// <summary>A UUID of version 7: later jobs have greater ids.</summary>
    [JsonPropertyName("id")] public required string Id { get; init; }

    [JsonPropertyName("kind")] public required string Kind { get; init; }

    /// <summary><c>waiting</c>, <c>running</c>, <c>done</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    [JsonPropertyName("state")] public required string State { get; init; }

    [JsonPropertyName("input")] public required JsonElement Input { get; init; }

    [JsonPropertyName("priority")] public required long Priority { get; init; }

    /// <summary>Not before; for a job that has failed: when the next attempt is due.</summary>
    [JsonPropertyName("run_at")] public required string RunAt { get; init; }

    /// <summary>Attempts begun.</summary>
    [JsonPropertyName("attempts")] public required long Attempts { get; init; }

    [JsonPropertyName("max_attempts")] public required long MaxAttempts { get; init; }

    [JsonPropertyName("unique")] public required string? Unique { get; init; }

    /// <summary>Who asked for it.</summary>
    [JsonPropertyName("user")] public required string User { get; init; }

    [JsonPropertyName("created_at")] public required string CreatedAt { get; init; }

    /// <summary>When its latest attempt began.</summary>
    [JsonPropertyName("started_at")] public required string? StartedAt { get; init; }

    [JsonPropertyName("finished_at")] public required string? FinishedAt { get; init; }

    /// <summary>A number that grows while it runs; what it counts depends on the kind.</summary>
    [JsonPropertyName("progress")] public required long Progress { get; init; }

    /// <summary>Why the latest attempt failed.</summary>
    [JsonPropertyName("error")] public required string? Error { get; init; }

    /// <summary>The digest of the message that holds the result: <c>/messages/DIGEST</c>.</summary>
    [JsonPropertyName("result")] public required string? Result { get; init; }

    /// <summary>The server that has or had it.</summary>
    [JsonPropertyName("holder")] public required string? Holder { get; init; }

    /// <summary>It is running and will be cancelled within about a second.</summary>
    [JsonPropertyName("cancel_requested")] public required bool CancelRequested { get; init; }
}

/// <summary>One page of jobs, the newest first.</summary>
/// <param name="Jobs">The jobs.</param>
/// <param name="Counts">How many of the jobs that the user may see are in each state, whatever was asked for.</param>
/// <param name="Next">The <c>cursor</c> of the next page; null on the last.</param>
internal sealed record JobPage(
    [property: JsonPropertyName("jobs")] IReadOnlyList<JobReply> Jobs,
    [property: JsonPropertyName("counts")] IReadOnlyDictionary<string, long> Counts,
    [property: JsonPropertyName("next")] string? Next);

/// <summary>Which jobs are to be changed.</summary>
internal sealed record JobSelection
{
    /// <summary>The state they are in; by itself <c>failed</c>.</summary>
    [JsonPropertyName("state")] public string? State { get; init; }

    /// <summary>Their kind; null: every kind.</summary>
    [JsonPropertyName("kind")] public string? Kind { get; init; }
}

/// <summary>How many jobs were changed.</summary>
internal sealed record JobsChanged([property: JsonPropertyName("changed")] int Changed);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict)]
[JsonSerializable(typeof(JobRequest))]
[JsonSerializable(typeof(JobReply))]
[JsonSerializable(typeof(JobPage))]
[JsonSerializable(typeof(JobSelection))]
[JsonSerializable(typeof(JobsChanged))]
[JsonSerializable(typeof(NoopInput))]
internal sealed partial class JobsJson : JsonSerializerContext
{
    /// <summary>Leaves non-ASCII text as it is: our answers are JSON, never markup.</summary>
    public static JobsJson Plain => field ??= new(RelaxedJson.Of(Default.Options));
}
