// The command line. System.CommandLine only parses: inside its InvokeAsync, the library's own timeout would end the server while it
// drains. A usage error is one line on stderr and exit code 2.

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using TinyGrepServer.Access;
using TinyGrepServer.Relay;
using TinyGrepServer.Search;
using TinyGrepServer.Server;

namespace TinyGrepServer;

/// <summary>What the command line asks for.</summary>
internal abstract record Invocation(Settings Settings)
{
    /// <summary>Serve until told to stop.</summary>
    public sealed record Serve(Settings Settings) : Invocation(Settings);

    /// <summary>Ask once, without a server.</summary>
    public sealed record Search(Settings Settings, SearchWish Wish) : Invocation(Settings);

    /// <summary>Change accounts or keys.</summary>
    public sealed record Administer(Settings Settings, AccountAction Action) : Invocation(Settings);

    /// <summary>Load the films that come with the program.</summary>
    public sealed record SeedMovies(Settings Settings) : Invocation(Settings);

    /// <summary>Ask a running server whether it is ready.</summary>
    public sealed record AskHealth(Settings Settings) : Invocation(Settings);

    /// <summary>Serve an upstream to try the relay with.</summary>
    public sealed record DemoUpstream(Settings Settings, int? Seed) : Invocation(Settings);

    /// <summary>Help or version has been printed.</summary>
    public sealed record Done(Settings Settings) : Invocation(Settings);
}

internal static partial class CommandLine
{
    static readonly Option<string?> ConfigOption = new("--config")
    {
        Description = "A file with one 'name = value' per line, named like the options; # begins a comment. [TINYGREP_CONFIG]",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>Reads arguments, environment and configuration file.</summary>
    /// <exception cref="UsageError">Something in them is wrong.</exception>
    public static Invocation Parse(string[] arguments, Func<string, string?> environment)
    {
        Dictionary<SettingOption, Option<string?>> options = SettingOptions.All.ToDictionary(option => option, ToOption);
        var search = new SearchCommand();
        var demo = new DemoUpstreamCommand();
        var root = new RootCommand("Serves a folder of text files and searches it with grep.") { ConfigOption };
        foreach (var option in options.Values) root.Options.Add(option);
        var folder = new Argument<string?>("FOLDER")
        {
            Description = "The folder to serve, as --dicts; if its name is a verb, put ./ before it.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        root.Arguments.Add(folder);
        var serve = new Command("serve", "Serve the folder over HTTP until stopped (the default).") { folder };
        var accounts = new AccountCommands();
        var seed = new Command("seed", "Loads the films shipped with the program into the catalogue, except those it has.");
        var health = new Command("health", "Asks the server on this machine's --port whether it is ready: exit code 0 or 1.");
        foreach (var each in (Command[])[serve, search.Command, .. accounts.All, seed, health, demo.Command]) root.Subcommands.Add(each);
        foreach (var command in WithAction(root)) command.SetAction(_ => { }); // runs nothing; a command without one must not stand alone

        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (IsAnswered(parsed)) return new Invocation.Done(new Settings());
        if (parsed.GetResult(folder)?.Tokens is [{ Value: ['-', ..] unknown }, ..])
            throw new UsageError($"There is no option '{WithoutSecrets(unknown)}'. Try --help.");
        if (parsed.Errors.Count > 0) throw new UsageError($"{WithoutSecrets(parsed.Errors[0].Message)} Try --help.");
        var settings = ReadSettings(parsed, options, environment);
        var verb = parsed.CommandResult.Command;
        if (parsed.GetValue(folder) is { } served) settings = Serving(served, settings, verb, isOnly: verb == root || verb == serve);
        settings.Check();
        return verb == search.Command ? new Invocation.Search(settings, search.Read(parsed))
            : verb == demo.Command ? new Invocation.DemoUpstream(settings, demo.Seed(parsed))
            : verb == seed ? new Invocation.SeedMovies(settings)
            : verb == health ? new Invocation.AskHealth(settings)
            : accounts.Read(parsed) is { } action ? new Invocation.Administer(settings, action)
            : new Invocation.Serve(settings);
    }

    /// <summary>Whether it was <c>--help</c> or <c>--version</c>: they are printed here.</summary>
    static bool IsAnswered(ParseResult parsed)
    {
        if (parsed.Errors.Count > 0 || parsed.Action == parsed.CommandResult.Command.Action) return false;
        using var text = new StringWriter();
        parsed.Invoke(new InvocationConfiguration { Output = text });
        StandardStreams.Print(text.ToString());
        return true;
    }

    /// <summary>A folder given by its name alone.</summary>
    static Settings Serving(string folder, Settings settings, Command verb, bool isOnly)
    {
        if (!isOnly) throw new UsageError(WithoutSecrets($"'{folder}' comes before the verb {verb.Name}. Try --help."));
        var what = verb is RootCommand ? "verb and no folder" : "folder";
        if (!Directory.Exists(folder)) throw new UsageError(WithoutSecrets($"There is no {what} '{folder}'. Try --help."));
        return settings with { Search = settings.Search with { Folder = folder } };
    }

    /// <summary>All but those that only group others, as user does.</summary>
    static IEnumerable<Command> WithAction(RootCommand root) =>
    [
        root,
        .. root.Subcommands.Where(command => command.Subcommands.Count == 0),
        .. root.Subcommands.SelectMany(command => command.Subcommands),
    ];

    static Settings ReadSettings(ParseResult parsed, Dictionary<SettingOption, Option<string?>> options, Func<string, string?> environment)
    {
        var settings = new Settings();
        if ((parsed.GetValue(ConfigOption) ?? environment("TINYGREP_CONFIG")) is { } file) settings = ReadFile(settings, file);
        foreach (var option in SettingOptions.All)
        {
            if (environment(option.EnvironmentName) is { } value) settings = settings.Set(option, value, option.EnvironmentName);
        }
        foreach (var (option, flag) in options)
        {
            if (parsed.GetResult(flag) is { Implicit: false })
                settings = settings.Set(option, parsed.GetValue(flag) ?? "true", $"--{option.Name}");
        }
        return settings;
    }

    static Settings ReadFile(Settings settings, string file)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageError($"--config: the file '{file}' cannot be read.");
        }
        for (var number = 1; number <= lines.Length; number++)
        {
            var line = lines[number - 1].Trim();
            if (line.Length == 0 || line.StartsWith('#')) continue;
            var source = $"{file} line {number}";
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) throw new UsageError($"{source}: expected 'name = value'."); // what stands there may be a secret
            var name = line[..equals].Trim();
            var option = SettingOptions.All.FirstOrDefault(option => option.Name == name)
                ?? throw new UsageError(
                    IsNameLike(name) ? $"{source}: there is no option '{name}'." : $"{source}: there is no option of that name.");
            settings = settings.Set(option, line[(equals + 1)..].Trim(), $"{source}: {name}");
        }
        return settings;
    }

    /// <summary>A line without its '=' has a value where the name should be.</summary>
    static bool IsNameLike(string name) =>
        name.Length <= 64 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    /// <summary>The parser repeats words that it does not know; one may be a URL with a password.</summary>
    static string WithoutSecrets(string message) => UserInfo().Replace(message, "://…@");

    [GeneratedRegex("://.*@")]
    private static partial Regex UserInfo();

    static Option<string?> ToOption(SettingOption option) => new($"--{option.Name}")
    {
        Description = $"{option.Help} [{option.EnvironmentName}]",
        HelpName = option.Form,
        Arity = option.IsFlag ? ArgumentArity.ZeroOrOne : option.IsRepeatable ? ArgumentArity.OneOrMore : ArgumentArity.ExactlyOne,
        CustomParser = option.IsRepeatable ? result => string.Join(',', result.Tokens.Select(token => token.Value)) : null,
        Recursive = true,
    };
}
