// Starts; nothing else. Exit codes: 0 stopped cleanly, 1 failed or forced, 2 bad usage, or limits too small.

using TinyGrepServer;
using TinyGrepServer.Processes;
using TinyGrepServer.Relay;
using TinyGrepServer.Server;
using TinyGrepServer.Telemetry;

ResourceLimits.RaiseOpenFiles();
if (RuntimeLimits.Shortage() is { } shortage)
{
    StandardStreams.Complain(shortage);
    return 2;
}
RuntimeReserve.AllowNoMoreThreads();
using var stop = new StopSignal(ChildProcess.KillAll);
try
{
    return CommandLine.Parse(args, Environment.GetEnvironmentVariable) switch
    {
        Invocation.Serve(var settings) => await ServeAsync(settings, stop),
        Invocation.DemoUpstream demo => await DemonstrateAsync(demo, stop),
        Invocation.Search { Wish.Follows: true } follow => await Verbs.FollowAsync(
            follow, Logs.Create(follow.Settings.Log), stop.AskedAsync, Console.OpenStandardOutput(), StandardStreams.Complain),
        Invocation.Search search => await Verbs.SearchAsync(
            search, Logs.Create(search.Settings.Log), Console.OpenStandardOutput(), StandardStreams.Complain),
        Invocation.Administer administer => await Verbs.AdministerAsync(
            administer, Logs.Create(administer.Settings.Log), StandardStreams.Print, StandardStreams.Complain),
        Invocation.SeedMovies seed => await Verbs.SeedAsync(
            seed, Logs.Create(seed.Settings.Log), StandardStreams.Print, StandardStreams.Complain),
        Invocation.AskHealth health => await HealthVerb.RunAsync(health.Settings.Server, StandardStreams.Print, StandardStreams.Complain),
        _ => 0,
    };
}
catch (UsageError wrong)
{
    StandardStreams.Complain(wrong.Message);
    return 2;
}

static async Task<int> ServeAsync(Settings settings, StopSignal stop)
{
    var reserve = RuntimeReserve.FillAsync();
    var app = await App.CreateAsync(settings); // once it runs, not disposed: that would close connections that are still in use
    await app.StartAsync(reserve);
    return await RunAsync(app.Url, app.DrainAsync, stop);
}

static async Task<int> DemonstrateAsync(Invocation.DemoUpstream demo, StopSignal stop)
{
    await RuntimeReserve.FillAsync();
    var log = Logs.Create(demo.Settings.Log).CreateLogger("Server");
    var server = DemoUpstream.Create(demo.Settings.Server, demo.Seed, log, TimeProvider.System);
    server.Start();
    return await RunAsync(server.Url, server.DrainAsync, stop);
}

static async Task<int> RunAsync(Uri url, Func<Task<bool>> drain, StopSignal stop)
{
    StandardStreams.Announce(url);
    await stop.AskedAsync;
    var whole = await drain();
    if (!whole) ChildProcess.KillAll(); // one that was just being started
    return stop.ForcedExitCode ?? (whole ? 0 : 1);
}
