// 11 · A job that survives its server
// A worker marks a job as running, and is killed. The mark stays, and nobody will ever do the job again.
// If others may take it after a while, the worker that was only slow comes back, and there are two results.
// In TinyGrepServer: `Jobs/JobQueue.cs` (the lease in SQL) and `Jobs/HeldJob.cs` (the lease as a token that cancels itself),
// held by `JobQueueSpecs.A_lease_that_is_renewed_holds_and_one_that_is_not_is_taken_over`
// and `JobLifeSpecs.A_job_of_a_killed_server_is_taken_over_and_the_attempt_counts`.
// Exercise: a long job is not a lost one. Let its worker renew the lease, three times within its length.

using System.Diagnostics;

var lease = TimeSpan.FromMilliseconds(500);
if (args is [var theirs]) // a worker in a process of its own: begins the job and never gets to its end
{
    Console.WriteLine($"began attempt {Claim(theirs)}");
    await Task.Delay(Timeout.Infinite);
}
var folder = Directory.CreateTempSubdirectory("lesson-11-");
Console.WriteLine($"Naive, a mark:        {await KillAsync(mayTakeOver: false)}");
Console.WriteLine($"Better, a lease:      {await KillAsync(mayTakeOver: true)}");
Console.WriteLine($"Naive, all may tell:  {Return((file, _) => Update(file, job => job with { Results = job.Results + 1 }))}");
Console.WriteLine($"Better, the holder:   {Return(Settle)}");
folder.Delete(recursive: true);
Console.WriteLine("Gained: a job is done although its worker died, and done once although its worker was only slow.");

async Task<string> KillAsync(bool mayTakeOver)
{
    var file = NewJob();
    string[] self = Path.GetFileName(Environment.ProcessPath) == "dotnet" ? [Environment.GetCommandLineArgs()[0], file] : [file];
    using var worker = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, self) { RedirectStandardOutput = true })!;
    await worker.StandardOutput.ReadLineAsync(); // it has the job
    worker.Kill();                               // SIGKILL: no last words
    var mine = 0L; // another looks for work, for four leases
    for (var looks = 0; mine == 0 && looks < 100; looks++, await Task.Delay(20)) mine = Claim(file, mayTakeOver);
    Settle(file, mine);
    return $"{Read(file).Results} of 1 job done, {(mine == 0 ? "it is marked as running for ever" : $"at attempt number {mine}")}.";
}

string Return(Action<string, long> settle)
{
    var file = NewJob();
    var slow = Claim(file);
    Update(file, job => job with { LeaseUntil = 0 }); // its lease is over, and it has not noticed
    settle(file, Claim(file, mayTakeOver: true));     // another takes the job and ends it
    settle(file, slow);                               // the slow one ends it as well
    return $"1 job, done {Read(file).Results} x.";
}

// The number of the attempt, or 0. It is the claim's name, too: whoever has lost the job has an old one.
long Claim(string file, bool mayTakeOver = false)
{
    var now = DateTime.UtcNow.Ticks;
    var claimed = Update(file, job => job.Holder == 0 || (mayTakeOver && job.Results == 0 && job.LeaseUntil < now)
        ? new Job(Holder: job.Attempts + 1, job.Attempts + 1, LeaseUntil: now + lease.Ticks, job.Results) : null);
    return claimed?.Holder ?? 0;
}

void Settle(string file, long mine) => Update(file, job => job.Holder == mine ? job with { Holder = -1, Results = job.Results + 1 } : null);

// One change at a time, whichever process makes it: what a database does with UPDATE … WHERE.
static Job? Update(string file, Func<Job, Job?> change)
{
    using var locked = new FileStream($"{file}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    var changed = change(Read(file));
    if (changed is not null) File.WriteAllText(file, $"{changed.Holder} {changed.Attempts} {changed.LeaseUntil} {changed.Results}");
    return changed;
}

static Job Read(string file)
{
    var numbers = File.ReadAllText(file).Split(' ').Select(long.Parse).ToList();
    return new Job(numbers[0], numbers[1], numbers[2], numbers[3]);
}

string NewJob()
{
    var file = Path.Join(folder.FullName, Path.GetRandomFileName());
    File.WriteAllText(file, "0 0 0 0");
    return file;
}
record Job(long Holder, long Attempts, long LeaseUntil, long Results);
