// /api/v1/jobs. Everything here needs a token: jobs use resources, and their inputs are private. A user's jobs do not exist for other
// users, except administrators.

using TinyGrepServer.Server;

namespace TinyGrepServer.Jobs;

/// <param name="wake">Tells the workers that jobs have come.</param>
internal sealed class JobsApi(JobActions actions, JobStore store, Action wake)
{
    public const string Base = "/api/v1/jobs";
    const string Token = """-H "Authorization: Bearer $TOKEN" """;

    static readonly Parameter Job = new("id", "The job's id.", Required: true);

    static readonly IReadOnlyList<Parameter> Selection =
    [
        new("state", "The state they are in. Default failed."),
        new("kind", "Only those of this kind."),
    ];

    public IEnumerable<Route> Routes =>
    [
        Route("POST", Base, PostAsync) with
        {
            Summary = "Accepts a job: 202 and where to find it. It survives a crash; it may run more than once.",
            Parameters = JobRequest.Parameters,
            Statuses = [202, 409],
            RequestType = JobsJson.Plain.JobRequest,
            ReplyType = JobsJson.Plain.JobReply,
            Example = $$$"""-s {{{Token}}}{url}{{{Base}}} --json '{"kind":"search","input":{"q":"error","limit":10000}}'""",
        },
        Route("GET", Base, ListAsync) with
        {
            Summary = "Your jobs (for an administrator: all jobs), newest first, in pages, and how many there are in each state.",
            Parameters = JobQuery.Parameters,
            ReplyType = JobsJson.Plain.JobPage,
            Example = $"-s {Token}'{{url}}{Base}?state=failed&limit=10'",
        },
        Route("POST", $"{Base}/retry", RetryAllAsync) with
        {
            Summary = "Retries all your jobs (for an administrator: all jobs) that failed (or, with state, were cancelled).",
            Parameters = Selection,
            RequestType = JobsJson.Plain.JobSelection,
            ReplyType = JobsJson.Plain.JobsChanged,
            Example = $$"""-s {{Token}}{url}{{Base}}/retry --json '{"kind":"search"}'""",
        },
        Route("POST", $"{Base}/cancel", CancelAllAsync) with
        {
            Summary = "Cancels all your jobs (for an administrator: all jobs) that failed (or, with state, are waiting or running).",
            Parameters = Selection,
            RequestType = JobsJson.Plain.JobSelection,
            ReplyType = JobsJson.Plain.JobsChanged,
            Example = $$"""-s {{Token}}{url}{{Base}}/cancel --json '{"state":"waiting"}'""",
        },
        Route("GET", $"{Base}/{{id}}", GetAsync) with
        {
            Summary = "A job: its state, attempts, error, and the digest of its result.",
            Parameters = [Job],
            ReplyType = JobsJson.Plain.JobReply,
        },
        Route("DELETE", $"{Base}/{{id}}", DeleteAsync) with
        {
            Summary = "Cancels a job that is waiting or failed (200), or that is running (202: within about a second).",
            Parameters = [Job],
            Statuses = [200, 202, 409],
            ReplyType = JobsJson.Plain.JobReply,
        },
        Route("POST", $"{Base}/{{id}}/retry", RetryAsync) with
        {
            Summary = "Retries a job that failed or was cancelled.",
            Parameters = [Job],
            Statuses = [202, 409],
            ReplyType = JobsJson.Plain.JobReply,
        },
    ];

    static Route Route(string method, string pattern, Handler handler) =>
        new(method, pattern, handler) { Group = "Jobs", NeedsToken = true, Chapter = "docs/inside/leases.md" };

    async Task<Reply> PostAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var request = await exchange.ReadJsonAsync(JobsJson.Plain.JobRequest, cancellationToken);
        var job = await actions.AddAsync(request, exchange.User ?? "", Owner(exchange), cancellationToken);
        return Show(job, 202).With("Location", $"{Base}/{job.Id}");
    }

    async Task<Reply> ListAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var query = JobQuery.Parse(exchange.Query, Owner(exchange));
        var found = await store.ListAsync(query, cancellationToken);
        var page = found.Take(query.Limit).Select(job => job.ToReply()).ToList();
        var counts = await store.CountAsync(query.Owner, cancellationToken);
        var next = found.Count > query.Limit ? page[^1].Id : null;
        return Reply.Json(new JobPage(page, counts, next), JobsJson.Plain.JobPage).With("Cache-Control", "no-store");
    }

    async Task<Reply> GetAsync(Exchange exchange, CancellationToken cancellationToken) =>
        Show(await actions.GetAsync(exchange.RouteValue("id"), Owner(exchange), cancellationToken)).With("Cache-Control", "no-store");

    async Task<Reply> DeleteAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var job = await actions.CancelAsync(exchange.RouteValue("id"), Owner(exchange), cancellationToken);
        return Show(job, job.State == JobState.Running ? 202 : 200);
    }

    async Task<Reply> RetryAsync(Exchange exchange, CancellationToken cancellationToken) =>
        Show(await actions.RetryAsync(exchange.RouteValue("id"), Owner(exchange), cancellationToken), 202);

    async Task<Reply> RetryAllAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var (state, kind) = await SelectionAsync(exchange, [JobState.Failed, JobState.Cancelled], cancellationToken);
        var changed = await store.RetryAllAsync(state, kind, Owner(exchange), cancellationToken);
        wake();
        return Reply.Json(new JobsChanged(changed), JobsJson.Plain.JobsChanged);
    }

    async Task<Reply> CancelAllAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var (state, kind) = await SelectionAsync(exchange, [JobState.Failed, JobState.Waiting, JobState.Running], cancellationToken);
        var changed = await store.CancelAllAsync(state, kind, Owner(exchange), cancellationToken);
        return Reply.Json(new JobsChanged(changed), JobsJson.Plain.JobsChanged);
    }

    /// <summary>No body at all means all that have failed.</summary>
    static async Task<(string State, string? Kind)> SelectionAsync(
        Exchange exchange, string[] allowed, CancellationToken cancellationToken)
    {
        var body = await exchange.Body.ReadAsync(cancellationToken);
        var asked = body.IsEmpty ? new JobSelection() : await exchange.ReadJsonAsync(JobsJson.Plain.JobSelection, cancellationToken);
        var state = ValueRules.OneOf(asked.State ?? JobState.Failed, allowed, "state");
        return (state, asked.Kind is null ? null : JobQuery.CheckKind(asked.Kind));
    }

    /// <summary>Whose jobs a request may see and change; null: everybody's.</summary>
    static string? Owner(Exchange exchange) => exchange.IsAdmin ? null : exchange.User ?? "";

    static Reply Show(Job job, int status = 200) => Reply.Json(job.ToReply(), JobsJson.Plain.JobReply, status);
}
