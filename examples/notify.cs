// Tells somebody of each new line in a log: dotnet run examples/notify.cs /var/log/app.log 'error|panic' notify-send app.log
// The command gets the line as its last argument. The place is kept beside the log, so that nothing is missed or told twice where
// this is stopped and started again, or the log is rotated. Ctrl-C ends it.

#:project ../TinyGrepServer/TinyGrepServer.csproj

using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using TinyGrepServer;
using TinyGrepServer.Search;

if (args is not [var log, var pattern, var command, .. var arguments])
{
    await Console.Error.WriteLineAsync("usage: notify LOG PATTERN COMMAND [ARGUMENT...]");
    return 2;
}
var path = Path.GetFullPath(log);
var place = $"{path}~"; // a name that no search takes for a text
var settings = new Settings
{
    Services = ["search"],
    Server = new() { Port = 0 },
    Search = new() { Folder = Path.GetDirectoryName(path)!, IndexBytes = 0 },
    Log = new() { Level = LogLevel.Warning },
};
await using var server = await TinyServer.StartAsync(settings);
using var stop = new CancellationTokenSource();
using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);

var question = new SearchRequest { Term = pattern, Mode = "extended", Dictionaries = [Path.GetFileName(path)] };
var cursor = File.Exists(place) ? await File.ReadAllTextAsync(place) : null;
try
{
    await foreach (var line in server.FollowAsync(question, cursor, cancellationToken: stop.Token))
    {
        if (line.Event is null)
        {
            using var told = Process.Start(command, [.. arguments, line.Text!]);
            await told.WaitForExitAsync();
        }
        else if (line.Event is not ("heartbeat" or "bye"))
        {
            await Console.Error.WriteLineAsync($"{line.Event}: {line.Dictionary} {line.Problem}");
        }
        await File.WriteAllTextAsync(place, line.Cursor); // once it has been told
    }
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
}
return 0;

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
