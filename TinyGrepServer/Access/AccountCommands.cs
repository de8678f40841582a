// The verbs user add, user list, user remove and token rotate-key, as the command line knows them.

using System.CommandLine;

namespace TinyGrepServer.Access;

/// <summary>What is to be done with accounts or keys.</summary>
internal abstract record AccountAction
{
    public sealed record Add(string Name, bool MayWrite, bool IsAdmin) : AccountAction;

    public sealed record Remove(string Name) : AccountAction;

    public sealed record List : AccountAction;

    public sealed record RotateKey : AccountAction;
}

internal sealed class AccountCommands
{
    readonly Argument<string> name = new("NAME") { Description = "The user's name: 1..64 letters, digits, '.', '_', '@' or '-'." };
    readonly Option<bool> readOnly = new("--read-only") { Description = "The user may read but not change anything." };
    readonly Option<bool> admin = new("--admin") { Description = "The user sees, retries and cancels the jobs of all users." };
    readonly Command add = new("add", "Adds a user; prompts for the password, or reads it from stdin if that is not a terminal.");
    readonly Command list = new("list", "Lists the users.");
    readonly Command remove = new("remove", "Removes a user; tokens already issued stay valid until they expire.");
    readonly Command rotate = new("rotate-key", "Switches to a new signing key; tokens already issued stay valid until they expire.");

    public AccountCommands()
    {
        add.Arguments.Add(name);
        add.Options.Add(readOnly);
        add.Options.Add(admin);
        remove.Arguments.Add(name);
        All =
        [
            new Command("user", "The users who may get a token.") { add, list, remove },
            new Command("token", "The keys that sign tokens.") { rotate },
        ];
    }

    public IReadOnlyList<Command> All { get; }

    /// <summary>What was asked for, or null where it was another verb.</summary>
    public AccountAction? Read(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        return command == add ? new AccountAction.Add(parsed.GetValue(name)!, !parsed.GetValue(readOnly), parsed.GetValue(admin))
            : command == remove ? new AccountAction.Remove(parsed.GetValue(name)!)
            : command == list ? new AccountAction.List()
            : command == rotate ? new AccountAction.RotateKey()
            : null;
    }
}
