// What is known of all strings that a part of a pattern matches: how they begin and end, and what they hold. Parts are joined
// from the inside out, so that a(b|c)d needs "abd" or "acd". An assertion or an unknown character parts the literals around it.

using System.Text;

namespace TinyGrepServer.Search;

/// <summary>Of each list a string has at least one member: at its start, at its end, and for each of the sets anywhere.</summary>
internal sealed record NeededText
{
    const int MaxAlternatives = 16;
    const int MaxSets = 8;
    const int MaxRepeated = 64; // characters: literals longer than these narrow nothing further
    const int MinBytes = 3;

    static readonly NeededText Nothing = new() { Starts = [""], Ends = [""] };

    /// <summary>At least one; all ASCII letters are lower case.</summary>
    public required IReadOnlyList<string> Starts { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<string> Ends { get; init; }

    public IReadOnlyList<IReadOnlyList<string>> Sets { get; init; } = [];

    /// <summary>Whether <see cref="Starts"/>, which <see cref="Ends"/> equals, are the strings themselves.</summary>
    public bool IsWhole { get; init; }

    /// <summary>At most eight sets of literals worth looking for, in the order in which they stand in the pattern.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Usable => Best(IsWhole ? [Starts] : [Starts, .. Sets, Ends]);

    public static NeededText Of(PatternNode node, bool ignoreCase) => node switch
    {
        PatternNode.Character one => Character(one.Value, ignoreCase),
        PatternNode.OneOf { Members: { } members } => Whole([.. members.Select(member => char.ToLowerInvariant(member).ToString())]),
        PatternNode.Sequence { Parts: var parts } =>
            parts.Aggregate(Whole([""]), (before, part) => before.Then(Of(part, ignoreCase))),
        PatternNode.Choice { Branches: var branches } =>
            branches.Select(branch => Of(branch, ignoreCase)).Aggregate((one, other) => one.Or(other)),
        PatternNode.Repeat repeat => Of(repeat.Part, ignoreCase).Repeated(repeat.Min, repeat.Max),
        _ => Nothing,
    };

    /// <summary>Sets of several patterns, all of which must be found on a line.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> OfAll(IEnumerable<NeededText> patterns) =>
        Best([.. patterns.SelectMany(pattern => pattern.Usable)]);

    /// <summary>Beyond ASCII the case of a character changes its bytes, sometimes their number.</summary>
    static NeededText Character(Rune character, bool ignoreCase) =>
        character.IsAscii ? Whole([char.ToLowerInvariant((char)character.Value).ToString()])
        : ignoreCase ? Nothing
        : Whole([character.ToString()]);

    static NeededText Whole(IReadOnlyList<string> strings)
    {
        IReadOnlyList<string> distinct = [.. strings.Distinct()];
        return new() { Starts = distinct, Ends = distinct, IsWhole = true };
    }

    NeededText Then(NeededText next)
    {
        if (Ends.Count * next.Starts.Count > MaxAlternatives) return Then(Nothing).Then(next);
        IReadOnlyList<string> middle = [.. from end in Ends from start in next.Starts select end + start];
        return (IsWhole, next.IsWhole) switch
        {
            (true, true) => Whole(middle),
            (true, false) => next with { Starts = middle },
            (false, true) => this with { Ends = middle },
            _ => new() { Starts = Starts, Ends = next.Ends, Sets = Best([.. Sets, middle, .. next.Sets]) },
        };
    }

    NeededText Or(NeededText other)
    {
        IReadOnlyList<string> starts = [.. Starts.Union(other.Starts)];
        IReadOnlyList<string> ends = [.. Ends.Union(other.Ends)];
        if (IsWhole && other.IsWhole && starts.Count <= MaxAlternatives) return Whole(starts);
        return new()
        {
            Starts = starts.Count <= MaxAlternatives ? starts : [""],
            Ends = ends.Count <= MaxAlternatives ? ends : [""],
            Sets = Strongest(Usable) is { } one && Strongest(other.Usable) is { } another ? Best([[.. one, .. another]]) : [],
        };
    }

    NeededText Repeated(int min, int? max)
    {
        if (min == 0) return max == 1 && IsWhole && Starts.Count < MaxAlternatives ? Whole([.. Starts, ""]) : Nothing;
        var repeated = this;
        var times = 1;
        while (times < min && times < MaxRepeated && repeated.IsWhole && repeated.Starts.All(text => text.Length < MaxRepeated))
        {
            repeated = repeated.Then(this);
            times++;
        }
        return times == max ? repeated : repeated with { IsWhole = false }; // it begins and ends with that many
    }

    /// <summary>Leaves out what is too short, too many, or said by another set already.</summary>
    static List<IReadOnlyList<string>> Best(IReadOnlyList<IReadOnlyList<string>> sets)
    {
        List<IReadOnlyList<string>> best = [];
        foreach (var set in sets.Select(Shortest).Where(IsUsable))
        {
            if (best.Any(kept => Implies(kept, set))) continue;
            best.RemoveAll(kept => Implies(set, kept));
            best.Add(set);
        }
        while (best.Count > MaxSets) best.Remove(best.MinBy(Strength)!);
        return best;
    }

    /// <summary>Without the literals that hold another one of the set.</summary>
    static IReadOnlyList<string> Shortest(IReadOnlyList<string> set) =>
        [.. set.Distinct().Where(text => !set.Any(other => other != text && Holds(text, other)))];

    static bool IsUsable(IReadOnlyList<string> set) =>
        set.Count <= MaxAlternatives && set.All(text => Encoding.UTF8.GetByteCount(text) >= MinBytes);

    static bool Implies(IReadOnlyList<string> set, IReadOnlyList<string> other) =>
        set.All(text => other.Any(part => Holds(text, part)));

    static bool Holds(string text, string part) => text.Contains(part, StringComparison.Ordinal);

    static IReadOnlyList<string>? Strongest(IReadOnlyList<IReadOnlyList<string>> sets) => sets.MaxBy(Strength);

    /// <summary>Long literals are rare; of literals as long, fewer.</summary>
    static int Strength(IReadOnlyList<string> set) => (set.Min(text => text.Length) * MaxAlternatives) - set.Count;
}
