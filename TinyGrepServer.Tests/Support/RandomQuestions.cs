// Random questions over Debian's fortunes and its largest word list: pieces of the text itself, as they are or made into
// regular expressions, some of them broken, so that most find something and a few must be refused.

using System.Text;

namespace TinyGrepServer.Tests.Search;

/// <summary>A question that both the server and grep can be asked.</summary>
internal sealed record RandomQuestion(string Dictionary, string Term, string Mode = "basic")
{
    public bool IgnoreCase { get; init; }

    public bool Word { get; init; }

    public bool Line { get; init; }

    public bool Invert { get; init; }

    public int Before { get; init; }

    public int After { get; init; }

    /// <summary>0: none.</summary>
    public int Limit { get; init; }

    public string File => Path.Join(RandomQuestions.Folder, Dictionary);

    public bool HasContext => Before + After > 0;

    public IEnumerable<string> ContextOptions => HasContext ? [$"-B{Before}", $"-A{After}"] : [];

    /// <summary>What grep is told, context and limit left out.</summary>
    public IEnumerable<string> Options =>
    [
        Mode switch { "extended" => "-E", "fixed" => "-F", "perl" => "-P", _ => "-G" },
        .. IgnoreCase ? ["-i"] : Array.Empty<string>(),
        .. Word ? ["-w"] : Array.Empty<string>(),
        .. Line ? ["-x"] : Array.Empty<string>(),
        .. Invert ? ["-v"] : Array.Empty<string>(),
    ];

    public object ToRequest(int limit) => new
    {
        q = Term,
        dictionary = Dictionary,
        mode = Mode,
        ignore_case = IgnoreCase,
        word = Word,
        line = Line,
        invert = Invert,
        before = Before,
        after = After,
        limit,
    };
}

internal sealed class RandomQuestions(int seed)
{
    const string Fortunes = "/usr/share/games/fortunes";
    const string Words = "/usr/share/dict/american-english-huge";

    static readonly Lazy<TemporaryFolder> Copies = new(CopyAll);
    static readonly Dictionary<string, string[]> Texts = [];

    readonly Random random = new(seed);

    public static bool Available => Directory.Exists(Fortunes) && File.Exists(Words);

    /// <summary>The real files, without the indexes beside them.</summary>
    public static string Folder => Copies.Value.Path;

    public static IReadOnlyList<string> Dictionaries =>
        field ??= [.. Directory.EnumerateFiles(Folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    /// <summary>A dictionary's lines as they are shown.</summary>
    public static string[] LinesOf(string dictionary)
    {
        lock (Texts)
        {
            if (Texts.TryGetValue(dictionary, out var known)) return known;
            var text = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Join(Folder, dictionary)));
            return Texts[dictionary] = text.EndsWith('\n') ? text[..^1].Split('\n') : text.Split('\n');
        }
    }

    public static void Clear()
    {
        if (Copies.IsValueCreated) Copies.Value.Dispose();
    }

    public IEnumerable<RandomQuestion> Basic()
    {
        while (true) yield return WithContext(Ask("basic"));
    }

    public IEnumerable<RandomQuestion> AllModes()
    {
        while (true)
        {
            yield return WithContext(Ask(Any("basic", "extended", "fixed", "perl"))) with
            {
                IgnoreCase = random.Next(3) == 0,
                Word = random.Next(4) == 0,
                Line = random.Next(8) == 0,
                Invert = random.Next(8) == 0,
            };
        }
    }

    static TemporaryFolder CopyAll()
    {
        var folder = new TemporaryFolder();
        File.Copy(Words, Path.Join(folder.Path, "words"));
        foreach (var file in Directory.EnumerateFiles(Fortunes).Where(file => !Path.HasExtension(file)))
            File.Copy(file, Path.Join(folder.Path, Path.GetFileName(file)));
        return folder;
    }

    RandomQuestion WithContext(RandomQuestion question) => question with
    {
        Before = random.Next(3) == 0 ? random.Next(5) : 0,
        After = random.Next(3) == 0 ? random.Next(5) : 0,
        Limit = random.Next(2) == 0 ? random.Next(1, 30) : 0,
    };

    RandomQuestion Ask(string mode)
    {
        var dictionary = random.Next(8) == 0 ? "words" : Dictionaries[random.Next(Dictionaries.Count)];
        while (true)
        {
            var term = Shape(Piece(LinesOf(dictionary)), mode);
            var isWhole = !term.Contains('\uFFFD', StringComparison.Ordinal) && !term.Contains('\0', StringComparison.Ordinal);
            if (isWhole && term.Length is > 0 and <= 200) return new RandomQuestion(dictionary, term, mode);
        }
    }

    /// <summary>A piece of a random line, whole characters only.</summary>
    string Piece(string[] lines)
    {
        var runes = lines[random.Next(lines.Length)].EnumerateRunes().ToArray();
        var length = Math.Min(runes.Length, random.Next(1, 12));
        var from = random.Next(runes.Length - length + 1);
        return string.Concat(runes[from..(from + length)].Select(rune => rune.ToString()));
    }

    string Shape(string piece, string mode)
    {
        if (mode == "fixed" || random.Next(4) == 0) return piece; // what stands in the text, special characters included
        var half = piece[..(piece.Length / 2)];
        var (open, or, close, plus) = mode == "basic" ? (@"\(", @"\|", @"\)", @"\{1,3\}") : ("(", "|", ")", "{1,3}");
        return random.Next(mode == "perl" ? 12 : 10) switch
        {
            0 => $"^{piece}",
            1 => $"{piece}$",
            2 => $"{half}.*{piece}",
            3 => $"{open}{half}{or}{piece}{close}",
            4 => $"{open}[a-f]{close}.\\1{half}",
            5 => $"[[:upper:]]{plus}{half}",
            6 => $"{half}[^ ]*",
            7 => $"\\b{half}\\w*",
            8 => $"{piece}*",
            9 => $"{half}[",
            10 => $@"(?<={half})\S+",
            _ => $@"\p{{Lu}}(?={half})",
        };
    }

    string Any(params string[] choices) => choices[random.Next(choices.Length)];
}
