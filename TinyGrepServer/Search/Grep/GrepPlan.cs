// What all greps of one search share, besides the dictionaries: the question, and knowledge about it that saves work. Everything but the
// command can be left out, and the lines found are the same.

using Microsoft.Win32.SafeHandles;

namespace TinyGrepServer.Search;

internal sealed record GrepPlan
{
    /// <summary>The question, as it is asked of files.</summary>
    public required GrepCommand Command { get; init; }

    /// <summary>Chooses the lines that grep has to judge, where some cannot match; null: it judges all. Not for inverted ones.</summary>
    public LineFilter? Filter { get; init; }

    /// <summary>Whether a line that is too long ends the search, as it does where an answer has no way to name it.</summary>
    public bool RefusesLongLines { get; init; }

    /// <summary>Whether a long text may be given to several greps, each a part of it.</summary>
    public bool SplitsLongTexts { get; init; }

    /// <summary>Whether this dictionary is so plain that grep may take its text, and the pattern, for bytes; null: none is.</summary>
    public Func<DictionaryFile, bool>? IsAscii { get; init; }

    /// <summary>How dictionaries are read that grep cannot read by itself; null: there are none.</summary>
    public TextDecoding? Decoding { get; init; }

    /// <summary>Whether what grep gets may be less than the whole text: the lines around matches must be in it, too.</summary>
    public bool TakesParts => !Command.HasContext;
}

/// <summary>The dictionaries that are not read as they are.</summary>
/// <param name="Needed">Whether this one is of them.</param>
/// <param name="Open">Opens its text, or a part of it. The handle stays the caller's.</param>
internal sealed record TextDecoding(Func<Candidate, bool> Needed, Func<SafeFileHandle, Candidate, TextRange?, TextSource> Open);
