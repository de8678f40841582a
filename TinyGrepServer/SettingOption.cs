// An option: its name, its help, and the value of the settings that it sets. A rule is the check of that value, however it was set.

using System.Globalization;
using System.Runtime.CompilerServices;
using TinyGrepServer.Server;

namespace TinyGrepServer;

/// <summary>One option.</summary>
/// <param name="Name">As on the command line, without <c>--</c>.</param>
/// <param name="Form">What its value looks like, for help.</param>
/// <param name="Help">What it does, with unit and default.</param>
/// <param name="Apply">Sets it; throws <see cref="FormatException"/> with the expected form.</param>
/// <param name="Rule">What its value must be.</param>
internal sealed record SettingOption(
    string Name, string Form, string Help, Func<Settings, string, Settings> Apply, SettingRule Rule)
{
    /// <summary>May stand without a value, which then is <c>true</c>.</summary>
    public bool IsFlag { get; init; }

    /// <summary>May be repeated on the command line; elsewhere its values are separated by commas.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>What is said of a value that is not of the expected form.</summary>
    public string Refusal(FormatException expected, string value) => Rule.Refusal(expected, value);

    /// <summary>The environment variable of the same meaning.</summary>
    public string EnvironmentName => $"TINYGREP_{Name.ToUpperInvariant().Replace('-', '_')}";
}

/// <summary>What one value of the settings must be.</summary>
/// <param name="Key">Its name in code, <c>Settings.Server.Port</c>.</param>
/// <param name="Read">The value.</param>
/// <param name="Check">Throws <see cref="FormatException"/> with the expected form.</param>
/// <param name="IsSecret">The value may hold a password or a key.</param>
internal sealed record SettingRule(string Key, Func<Settings, object?> Read, Action<Settings> Check, bool IsSecret)
{
    /// <exception cref="UsageError">The value is not of the expected form.</exception>
    public void Demand(Settings settings)
    {
        try
        {
            Check(settings);
        }
        catch (FormatException expected)
        {
            throw new UsageError($"{Key}: {Refusal(expected, Show(Read(settings)))}");
        }
    }

    /// <summary>An @ gives away that a name and a password stand in a URL, where none is expected either.</summary>
    public string Refusal(FormatException expected, string value) => IsSecret || value.Contains('@', StringComparison.Ordinal)
        ? $"expected {expected.Message}; the value is not repeated, since it may hold a secret."
        : $"expected {expected.Message}, not '{value}'.";

    static string Show(object? value) =>
        value is IEnumerable<object> many ? string.Join(", ", many) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}

/// <summary>One record of the settings, for a table of its options.</summary>
/// <param name="name">Its name in code, <c>Settings.Server</c>.</param>
internal sealed class SettingsPart<TPart>(string name, Func<Settings, TPart> read, Func<Settings, TPart, Settings> write)
{
    /// <summary>An option, and the rule for its value; null is a value that is not set.</summary>
    /// <param name="get">Finds the value: <c>part => part.Port</c>, which gives the rule's key as well.</param>
    public SettingOption Option<T>(
        string option, string form, string help, SettingValues<T> values,
        Func<TPart, T?> get, Func<TPart, T, TPart> set, [CallerArgumentExpression(nameof(get))] string member = "")
        where T : notnull =>
        new(option, form, help, (settings, text) => write(settings, set(read(settings), Read(values, text))), Rule(values, get, member));

    /// <summary>The rule for a value that can be set in code alone.</summary>
    public SettingRule Rule<T>(
        SettingValues<T> values, Func<TPart, T?> get, [CallerArgumentExpression(nameof(get))] string member = "")
        where T : notnull =>
        new(
            $"{name}.{member[(member.LastIndexOf('.') + 1)..]}",
            settings => get(read(settings)),
            settings =>
            {
                if (get(read(settings)) is { } value) values.Check(value);
            },
            values.AreSecret);

    static T Read<T>(SettingValues<T> values, string text)
    {
        var value = values.Read(text);
        if (value is not null) values.Check(value); // "off" is null
        return value;
    }
}
