// The timing of the attempts: one at once; two more after 300 ms without success, or as soon as the first fails with a transient error;
// a permanent error ends the request. The first success wins and Polly cancels the others. Polly numbers the first hedge 1, so "300 ms
// up to number 1, then nothing" starts both of them together. A request that the budget denies waits for its only attempt.

using Polly;
using Polly.Hedging;

namespace TinyGrepServer.Relay;

internal sealed class Hedging
{
    /// <summary>Attempts beyond the first.</summary>
    public const int Further = 2;

    static readonly TimeSpan HedgeDelay = TimeSpan.FromMilliseconds(300);
    static readonly ResiliencePropertyKey<HedgedRequest> Key = new("tinygrep.request");

    readonly ResiliencePipeline<Attempt> pipeline;

    public Hedging(TimeProvider time) => pipeline = new ResiliencePipelineBuilder<Attempt> { TimeProvider = time }
        .AddHedging(new HedgingStrategyOptions<Attempt>
        {
            MaxHedgedAttempts = Further,
            ShouldHandle = attempt => ValueTask.FromResult(
                attempt.Outcome is { Result: { } ended } && RequestOf(attempt.Context).IsWorthAnother(ended)),
            DelayGenerator = next => ValueTask.FromResult(Delay(RequestOf(next.Context), next.AttemptNumber)),
            ActionGenerator = next => RequestOf(next.PrimaryContext).MayHedge() ? () => next.Callback(next.ActionContext) : null,
        })
        .Build();

    /// <summary>The first success, or the failure that ended it.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before either.</exception>
    public async Task<Attempt> RunAsync(HedgedRequest request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Key, request);
        try
        {
            return await pipeline.ExecuteAsync(
                static async (context, request) => await request.AttemptAsync(context.CancellationToken), context, request);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    static TimeSpan Delay(HedgedRequest request, int number) =>
        request.IsDenied ? Timeout.InfiniteTimeSpan : number <= 1 ? HedgeDelay : TimeSpan.Zero;

    static HedgedRequest RequestOf(ResilienceContext context) =>
        context.Properties.TryGetValue(Key, out var request)
            ? request
            : throw new InvalidOperationException("The context lost its request.");
}
