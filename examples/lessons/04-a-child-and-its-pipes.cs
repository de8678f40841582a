// 04 · A child with a full pipe, and grep as a service
// A pipe holds 64 KiB. Whoever waits for the child's end before reading waits for a child that waits to be read.
// And a command pasted together for a shell is the client's to write: a term becomes an option, a second file, or a second command.
// In TinyGrepServer: `Processes/ChildProcess.cs` and `Search/Grep/GrepCommand.cs`,
// held by `HttpListenerTrapsSpecs.A_megabyte_of_standard_error_is_drained_and_its_beginning_kept`
// and `HostileTermsSpecs.A_term_is_data_in_every_mode_of_the_full_API`.
// Exercise: a pattern such as (((a{1,100}){1,100}){1,100}) takes gigabytes. Start grep under a limit: prlimit --as=268435456 grep

using System.Diagnostics;

const int Written = 1_000_000;
using (var child = Start("head", "-c", $"{Written}", "/dev/zero"))
{
    var ended = Enumerable.Range(0, 10).Any(_ => child.WaitForExit(50)); // it would never end; ten looks are enough to see that
    child.Kill();
    Console.WriteLine($"Naive, wait, then read: {(ended ? "ended" : "stuck")}, {await CountAsync(child)} of {Written} bytes came.");
}
using (var child = Start("head", "-c", $"{Written}", "/dev/zero"))
{
    var reading = CountAsync(child); // before the end, and beside it
    await child.WaitForExitAsync();
    Console.WriteLine($"Better, read meanwhile: ended, {await reading} of {Written} bytes came.");
}

var folder = Directory.CreateTempSubdirectory("lesson-04-");
var text = Path.Join(folder.FullName, "text");
var pipe = Path.Join(folder.FullName, "a pipe that nobody writes to");
File.WriteAllText(text, "a cat\ntwo words\n-v is an option\n");
using (var mkfifo = Start("mkfifo", pipe)) await mkfifo.WaitForExitAsync();
(string Term, string File, int Status, string Answer)[] questions =
[
    ("cat", text, 200, "1:a cat\n"),
    ("dog", text, 200, ""),                   // exit code 1 is an answer: there is none
    ("two words", text, 200, "2:two words\n"),
    ("-v", text, 200, "3:-v is an option\n"),
    ("x /dev/null; echo stolen #", text, 200, ""),
    ("[", text, 400, "grep"),                 // exit code 2 is a refusal, and grep's own words say why; here the first of them
    ("cat", pipe, 504, ""),                   // what never ends is ended
];
Console.WriteLine($"Naive, for the shell: {await RightAsync((term, file) => Start("sh", "-c", $"grep -n {term} '{file}'"))}");
Console.WriteLine($"Better, as arguments: {await RightAsync((term, file) => Start("grep", "-n", "-e", term, "--", file))}");
Console.WriteLine("Gained: any number of bytes, and a term that is never anything but a term.");
folder.Delete(recursive: true);

async Task<string> RightAsync(Func<string, string, Process> start)
{
    var (right, wrong) = (0, "");
    foreach (var (term, file, status, answer) in questions)
    {
        if (await AskAsync(start(term, file)) == (status, answer)) right++;
        else wrong += $" | {term}";
    }
    return $"{right} of {questions.Length} answers right{(wrong == "" ? "" : $", wrong:{wrong}")}.";
}

static async Task<(int Status, string Answer)> AskAsync(Process child)
{
    using var running = child;
    var (output, errors) = (child.StandardOutput.ReadToEndAsync(), child.StandardError.ReadToEndAsync()); // both at once
    var end = child.WaitForExitAsync();
    for (var waits = 0; waits < 10; waits++) await Task.WhenAny(end, Task.Delay(100)); // if all stands still, that costs one wait of ten
    if (!end.IsCompleted)
    {
        child.Kill(entireProcessTree: true);
        await end; // reaped: a killed child stays in the process table until somebody asks how it ended
        return (504, "");
    }
    return child.ExitCode switch { 0 => (200, await output), 1 => (200, ""), _ => (400, (await errors)[..4]) };
}

static async Task<long> CountAsync(Process child)
{
    var (buffer, count) = (new byte[4096], 0L);
    while (await child.StandardOutput.BaseStream.ReadAsync(buffer) is > 0 and var read) count += read;
    return count;
}

static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
