// 10 · Hedging and its budget
// One in ten answers of an upstream never comes. Whoever asks once waits for it until its own client has gone.
// Asking again helps, until the upstream is in trouble: then everybody asks three times, and that finishes it off.
// In TinyGrepServer: `Relay/Hedging.cs` and `Relay/HedgeBudget.cs`,
// held by `HedgingSpecs.A_success_after_350_ms_takes_three_requests_and_the_losers_are_closed`
// and `HedgingSpecs.A_spent_budget_leaves_one_attempt_and_says_so_until_it_has_recovered`.
// Exercise: an attempt that fails at once should be followed at once. And which requests must never be sent twice?

const int Requests = 200, MaxAttempts = 3, Deadline = 5; // in waits, not in seconds: if all stands still, that costs one of them
var hedgeAfter = TimeSpan.FromMilliseconds(200);
int attempts = 0, oneIn = 10;

Console.WriteLine($"Naive, ask once:                   {await TryAsync(() => AskAsync(() => false))}");
Console.WriteLine($"Better, hedge:                     {await TryAsync(() => AskAsync(() => true))}");
oneIn = 1; // now the upstream answers nobody
Console.WriteLine($"Naive, hedge in trouble:           {await TryAsync(() => AskAsync(() => true))}");
Console.WriteLine($"Better, in trouble, with a budget: {await TryAsync(Within(new Budget(percent: 20)))}");
oneIn = 10; // now it is well again
Console.WriteLine($"Better, well again, with a budget: {await TryAsync(Within(new Budget(percent: 20)))}");
Console.WriteLine("Gained: nobody waits for the one in ten, and an upstream in trouble gets a fifth more, not threefold.");

// The first success wins, the losers are cancelled. A further attempt is made after a while, if somebody pays for it.
async Task<bool> AskAsync(Func<bool> pays)
{
    using var ending = new CancellationTokenSource();
    List<Task> running = [];
    try
    {
        for (var waits = 0; waits < Deadline; waits++)
        {
            if (running.Count == 0 || (running.Count < MaxAttempts && pays())) running.Add(UpstreamAsync(ending.Token));
            var wait = Task.Delay(hedgeAfter);
            if (await Task.WhenAny([.. running, wait]) is { IsCompletedSuccessfully: true } first && first != wait) return true;
        }
        return false;
    }
    finally { ending.Cancel(); }
}

Func<Task<bool>> Within(Budget budget) => () =>
{
    budget.Deposit();
    return AskAsync(budget.TryTake);
};

async Task UpstreamAsync(CancellationToken cancelled)
{
    var isStuck = Interlocked.Increment(ref attempts) % oneIn == 0;
    if (isStuck) await Task.Delay(Timeout.Infinite, cancelled); // no answer, until the asker hangs up; the others are answered at once
}

async Task<string> TryAsync(Func<Task<bool>> ask)
{
    attempts = 0;
    var answered = await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => ask()));
    return $"{answered.Count(one => one)} of {Requests} answered, the upstream was asked {attempts} times.";
}

// Each request pays in a share of an attempt; a further attempt costs a whole one. (A real one also forgets what is not spent.)
class Budget(int percent)
{
    readonly Lock gate = new();
    int saved;

    public void Deposit()
    {
        lock (gate) saved += percent;
    }

    public bool TryTake()
    {
        lock (gate) return saved >= 100 && (saved -= 100) >= 0;
    }
}
