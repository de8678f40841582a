// Runs the verbs user and token, and prints what was done. A password is never an argument, because other users of the machine can
// see arguments.

using TinyGrepServer.Server;

namespace TinyGrepServer.Access;

internal sealed class AccountVerbs(Accounts accounts, SigningKeys keys, Action<string> print)
{
    /// <exception cref="UsageError">It cannot be done as asked.</exception>
    /// <exception cref="ApiError">The database or the key file cannot be used.</exception>
    public async Task RunAsync(AccountAction action, CancellationToken cancellationToken)
    {
        switch (action)
        {
            case AccountAction.Add(var name, var mayWrite, var isAdmin):
                await accounts.AddAsync(new Caller(name, mayWrite, isAdmin), ReadPassword(), cancellationToken);
                print($"Added {name}.\n");
                break;
            case AccountAction.Remove(var name):
                await accounts.RemoveAsync(name, cancellationToken);
                print($"Removed {name}.\n");
                break;
            case AccountAction.List:
                var all = await accounts.ListAsync(cancellationToken);
                print(string.Concat(all.Select(Line)));
                break;
            case AccountAction.RotateKey:
                print($"New tokens are signed with the key {keys.Rotate().Id}.\n");
                break;
        }
    }

    static string Line(Account account) =>
        $"{account.User.Name}\t{account.User.Scope.Replace(" ", ", ", StringComparison.Ordinal)}\t{account.CreatedAt}\n";

    static string ReadPassword()
    {
        if (Console.IsInputRedirected) return Console.In.ReadLine() ?? throw new UsageError("user add: stdin has no password.");
        var password = PasswordPrompt.Ask("Password: ");
        return PasswordPrompt.Ask("Again: ") == password ? password : throw new UsageError("user add: the two passwords differ.");
    }
}
