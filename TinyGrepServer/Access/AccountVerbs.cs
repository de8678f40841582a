// Carries out what user and token ask for, and says what was done. A password is never an argument: other users of the
// machine see those.

using System.Text;
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
            case AccountAction.Add(var name, var mayWrite):
                await accounts.AddAsync(name, ReadPassword(), mayWrite, cancellationToken);
                print($"Added {name}.\n");
                break;
            case AccountAction.Remove(var name):
                await accounts.RemoveAsync(name, cancellationToken);
                print($"Removed {name}.\n");
                break;
            case AccountAction.List:
                var all = await accounts.ListAsync(cancellationToken);
                print(string.Concat(all.Select(account => $"{account.Name}\t{(account.MayWrite ? "read, write" : "read")}\t{account.CreatedAt}\n")));
                break;
            case AccountAction.RotateKey:
                print($"New tokens are signed with the key {keys.Rotate().Id}.\n");
                break;
        }
    }

    static string ReadPassword()
    {
        if (Console.IsInputRedirected) return Console.In.ReadLine() ?? throw new UsageError("user add: stdin has no password.");
        var password = Ask("Password: ");
        return Ask("Again: ") == password ? password : throw new UsageError("user add: the two passwords differ.");
    }

    /// <summary>Reads a line from the terminal without showing it.</summary>
    static string Ask(string prompt)
    {
        Console.Error.Write(prompt);
        var treated = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        try
        {
            var text = new StringBuilder();
            while (true)
            {
                var key = Console.ReadKey(intercept: true);
                if (key.Key == ConsoleKey.Enter) return text.ToString();
                if (key is { Key: ConsoleKey.C or ConsoleKey.D, Modifiers: ConsoleModifiers.Control }) throw new UsageError("user add: cancelled.");
                if (key.Key == ConsoleKey.Backspace) text.Length = Math.Max(0, text.Length - 1);
                else if (!char.IsControl(key.KeyChar)) text.Append(key.KeyChar);
            }
        }
        finally
        {
            Console.TreatControlCAsInput = treated;
            Console.Error.WriteLine();
        }
    }
}
