// What the entries of a question's dictionaries mean: names, folders, globs, exclusions. The same as a slow, plain reading of them
// over random names and patterns, and bounded in time whatever the pattern.

using System.Text;
using System.Text.RegularExpressions;
using TinyGrepServer.Search;
using TinyGrepServer.Server;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class NamePatternsSpecs
{
    static readonly string[] Names =
    [
        "!important.md", "README.md", "[old]/x.md", "a.js", "a.min.js", "logs/2024/jan.log", "logs/2024/jan.txt", "logs/app.log", "notes",
        "notes.md", "src/a.js", "src/lib/b.c", "src/lib/deep/b.h", "src/main.c", "ü😀.txt",
    ];

    [TestMethod]
    [DataRow("*.md", "!important.md README.md [old]/x.md notes.md", DisplayName = "without a slash: at any depth")]
    [DataRow("*.log", "logs/2024/jan.log logs/app.log")]
    [DataRow("/*.md", "!important.md README.md notes.md", DisplayName = "a leading slash: at the top alone")]
    [DataRow("logs/*.log", "logs/app.log", DisplayName = "with a slash: from the top, a star stays within a part")]
    [DataRow("logs/*", "logs/app.log")]
    [DataRow("*/*.log", "logs/app.log")]
    [DataRow("lib/*.c", "")]
    [DataRow("**/lib/*.c", "src/lib/b.c")]
    [DataRow("src/**/*.c", "src/lib/b.c src/main.c", DisplayName = "** is any number of parts, or none")]
    [DataRow("**/*.c", "src/lib/b.c src/main.c")]
    [DataRow("**/a.js", "a.js src/a.js")]
    [DataRow("src/**", "src/a.js src/lib/b.c src/lib/deep/b.h src/main.c")]
    [DataRow("src/**/**/b.h", "src/lib/deep/b.h")]
    [DataRow("src/*/", "src/lib/b.c src/lib/deep/b.h", DisplayName = "a trailing slash: all below")]
    [DataRow("s**c", "", DisplayName = "** within a part is *")]
    [DataRow("s**/m**.c", "src/main.c")]
    [DataRow("?.js", "a.js src/a.js")]
    [DataRow("ü?.txt", "ü😀.txt", DisplayName = "? is one character, whatever its length")]
    [DataRow("ü??.txt", "")]
    [DataRow("[rR]*.md", "README.md")]
    [DataRow("[a-m]*.log", "logs/2024/jan.log logs/app.log")]
    [DataRow("[!a-z]*.md", "!important.md README.md")]
    [DataRow("[^a-z]*.md", "!important.md README.md")]
    [DataRow("[]a].js", "a.js src/a.js")]
    [DataRow("[a.js", "", DisplayName = "a bracket that does not close is a letter")]
    [DataRow("*.{c,h}", "src/lib/b.c src/lib/deep/b.h src/main.c")]
    [DataRow("{logs,src}/*.{log,c}", "logs/app.log src/main.c")]
    [DataRow("a{,.min}.js", "a.js a.min.js src/a.js")]
    [DataRow("{src/{a,z},notes}.{js,md}", "notes.md src/a.js")]
    [DataRow("{a.js", "", DisplayName = "a brace that does not close is a letter")]
    [DataRow("\\!*.md", "!important.md")]
    [DataRow("\\[old\\]/*", "[old]/x.md")]
    [DataRow("[old]", "[old]/x.md", DisplayName = "the letters themselves may be a folder's name")]
    [DataRow("src/lib", "src/lib/b.c src/lib/deep/b.h")]
    [DataRow("src/lib/", "src/lib/b.c src/lib/deep/b.h")]
    [DataRow("lib", "")]
    [DataRow("sr", "")]
    [DataRow("notes", "notes", DisplayName = "a name that exists is a name")]
    [DataRow("a.js", "a.js")]
    [DataRow("!important.md !src !logs !*.js", "!important.md README.md [old]/x.md notes notes.md ü😀.txt",
        DisplayName = "with a leading ! it is an exclusion, even where a name begins so")]
    [DataRow("*.js !*.min.js", "a.js src/a.js")]
    [DataRow("src !src/lib", "src/a.js src/main.c")]
    [DataRow("a.js src/a.js !src", "a.js")]
    [DataRow("!src !logs/ !*.md !*.js", "notes ü😀.txt")]
    [DataRow("*.js !*", "")]
    [DataRow("", "")]
    [DataRow("/", "")]
    [DataRow("./*.md", "")]
    [DataRow("src//*.c", "")]
    public void Entries_choose_dictionaries(string entries, string expected)
    {
        var chosen = Choose(Split(entries), Names);

        CollectionAssert.AreEquivalent(Split(expected).Where(name => name.Length > 0).ToArray(), chosen.Names);
        CollectionAssert.AreEqual(chosen.Names.Order(StringComparer.Ordinal).ToArray(), chosen.Names);
    }

    [TestMethod]
    [DataRow("*.md nope", "nope")]
    [DataRow("no/*", "no/*")]
    [DataRow("*.md !*.md", "", DisplayName = "what an exclusion takes out has fitted")]
    [DataRow("!nope", "", DisplayName = "an exclusion may fit nothing")]
    [DataRow("*.bin", "*.bin", DisplayName = "a glob that fits skipped ones alone fits nothing")]
    [DataRow("data", "", DisplayName = "a folder of skipped ones is there")]
    public void What_fits_nothing_is_told(string entries, string missing) =>
        Assert.AreEqual(missing, string.Join(' ', Choose(Split(entries), ["a.md"], "data/x.bin").Missing));

    [TestMethod]
    [DataRow("", "binary=2 dotfile=1")]
    [DataRow("!sub", "binary=1 dotfile=1")]
    [DataRow("*.bin a.md", "binary=2")]
    [DataRow("sub", "binary=1")]
    [DataRow("a.md", "")]
    [DataRow("x.bin a.md", "", DisplayName = "a skipped one answers to its name")]
    public void What_the_rules_leave_out_of_those_asked_for_is_counted(string entries, string skipped)
    {
        var chosen = Choose(entries is "" ? [] : Split(entries), ["a.md", "y.bin", "sub/b"], "x.bin", "sub/z.bin", ".c");

        Assert.AreEqual(skipped, string.Join(' ', chosen.Skipped.Select(one => $"{one.Key}={one.Value}")));
    }

    [TestMethod]
    [DataRow("*.md", true), DataRow("locked/*", true), DataRow("**/x/*.md", true), DataRow("locked", true), DataRow("locked/deep/*", true)]
    [DataRow("lock*/**", true), DataRow("other/*", false), DataRow("/*.md", false), DataRow("!locked", false), DataRow("!*.md", true)]
    public void A_folder_that_cannot_be_read_is_in_a_question_that_could_reach_into_it(string entry, bool isIn)
    {
        ListedFile[] listed = [new("a.md", File("a.md")), new("locked/", null), new("other/b", File("other/b"))];

        var chosen = Selection.Of([entry], _ => null, () => listed);

        Assert.AreEqual(isIn, chosen.Files.Any(file => file.Name == "locked/"));
    }

    [TestMethod]
    public void Too_many_or_too_long_patterns_are_refused()
    {
        string[][] refused =
        [
            [.. Enumerable.Range(0, 101).Select(at => $"{at}*")],
            [.. Enumerable.Repeat("{a,b}*", 51)],
            [string.Concat(Enumerable.Repeat("{a,b}", 200))],
            [string.Concat(Enumerable.Repeat("{a,", 300)) + new string('}', 300)],
            ["*" + new string('a', 1_024)],
            [.. Enumerable.Repeat("a", 1_001)],
        ];
        foreach (var entries in refused)
            Assert.AreEqual(400, Assert.ThrowsExactly<ApiError>(() => Choose(entries, Names)).Status, entries[0]);

        Choose([.. Enumerable.Range(0, 100).Select(at => $"{at}*"), .. Enumerable.Repeat("a", 900)], Names);
    }

    [TestMethod, Timeout(60_000)]
    public void Patterns_made_to_take_for_ever_are_read_in_no_time()
    {
        string[] names = [.. Enumerable.Range(0, 20_000).Select(at => $"{new string('a', 40)}/{new string('a', 60)}{at}/aaaa/aaaa")];
        string[] patterns =
        [
            string.Concat(Enumerable.Repeat("*a", 512)),
            string.Concat(Enumerable.Repeat("*a", 30)) + "b",
            string.Concat(Enumerable.Repeat("**/a*/", 100)) + "b",
            string.Concat(Enumerable.Repeat("**/", 340)) + "b",
            string.Concat(Enumerable.Repeat("*[a-z]", 60)) + "b/*",
        ];

        foreach (var pattern in patterns) Assert.IsEmpty(Choose([pattern], names).Names, pattern);
    }

    [TestMethod, Timeout(60_000)]
    public void Globs_fit_what_a_plain_reading_of_them_fits()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 20_000; round++)
        {
            var pattern = Text(random, "aab/*?.[]!-{,}", random.Next(1, 12));
            var name = Text(random, "aab/.", random.Next(1, 10));
            if (!Glob.IsIn(pattern) || name.Split('/').Contains("")) continue;

            var fits = Glob.Parse(pattern, 100).Any(glob => glob.Fits(name));

            Assert.AreEqual(Expand(pattern).Any(one => Plain(one).IsMatch(name)), fits, $"'{pattern}' and '{name}', seed {seed}");
        }
    }

    /// <summary>Braces by recursion: the first ones that close and have a comma.</summary>
    static IEnumerable<string> Expand(string pattern)
    {
        var match = Regex.Match(pattern, @"\{(?>[^{}]|(?<open>\{)|(?<-open>\}))*(?(open)(?!))\}");
        for (; match.Success; match = match.NextMatch())
        {
            List<string> options = [];
            var (depth, start) = (0, 1);
            for (var at = 0; at < match.Length; at++)
            {
                if (match.Value[at] == '{') depth++;
                if (depth == 1 && match.Value[at] is ',' or '}') (options, start) = ([.. options, match.Value[start..at]], at + 1);
                if (match.Value[at] == '}') depth--;
            }
            if (options.Count < 2)
            {
                // These are letters, but those inside may be none.
                var inner = Expand(match.Value[1..^1]).ToList();
                if (inner.Count == 1) continue;
                return inner.SelectMany(one => Expand($"{pattern[..match.Index]}{{{one}}}{pattern[(match.Index + match.Length)..]}"));
            }
            return options.SelectMany(one => Expand(pattern[..match.Index] + one + pattern[(match.Index + match.Length)..]));
        }
        return [pattern];
    }

    /// <summary>As a regular expression, which may take its time.</summary>
    static Regex Plain(string glob)
    {
        if (!glob.Contains('/', StringComparison.Ordinal)) return new Regex($@"^(?:.*/)?{Part(glob)}$");
        if (glob.EndsWith('/')) glob += "**";
        var parts = glob.TrimStart('/').Split('/');
        var pattern = new StringBuilder("^");
        foreach (var (at, part) in parts.Index())
        {
            var isLast = at == parts.Length - 1;
            pattern.Append(part != "**" ? Part(part) + (isLast ? "" : "/") : isLast ? ".+" : "(?:[^/]+/)*");
        }
        return new Regex(pattern.Append('$').ToString());
    }

    static string Part(string part) =>
        string.Concat(Regex.Matches(part, @"\*+|\?|\[(?>[!^]?)\][^\]]*\]|\[(?>[!^]?)[^\]][^\]]*\]|.").Select(token => token.Value switch
        {
            ['*', ..] => "[^/]*",
            "?" => "[^/]",
            ['[', _, .., ']'] set => Set(set[1..^1]),
            var letter => Regex.Escape(letter),
        }));

    static string Set(string inside)
    {
        var isNegated = inside[0] is '!' or '^';
        var letters = isNegated ? inside[1..] : inside;
        List<string> ranges = [];
        for (var at = 0; at < letters.Length; at++)
        {
            if (at + 2 < letters.Length && letters[at + 1] == '-')
            {
                if (letters[at] <= letters[at + 2]) ranges.Add($"\\u{(int)letters[at]:x4}-\\u{(int)letters[at + 2]:x4}");
                at += 2;
            }
            else
            {
                ranges.Add($"\\u{(int)letters[at]:x4}");
            }
        }
        if (ranges.Count == 0) return isNegated ? "[^/]" : "(?!)";
        return isNegated ? $"[^/{string.Concat(ranges)}]" : $"[{string.Concat(ranges)}]";
    }

    static string[] Split(string? text) => (text ?? "").Split(' ');

    static string Text(Random random, string letters, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => letters[random.Next(letters.Length)]));

    static (string[] Names, IReadOnlyList<string> Missing, IReadOnlyList<KeyValuePair<string, int>> Skipped) Choose(
        string[] entries, string[] names, params string[] skipped)
    {
        ListedFile[] listed =
        [
            .. names.Select(name => new ListedFile(name, File(name))),
            .. skipped.Select(name => new ListedFile(name, File(name, TextForm.Binary))),
        ];
        Array.Sort(listed, (one, other) => string.CompareOrdinal(one.Name, other.Name));
        var chosen = Selection.Of(entries, name => listed.FirstOrDefault(one => one.Name == name)?.File, () => listed);
        return ([.. chosen.Files.Select(file => file.Name)], chosen.Missing, chosen.Skipped);
    }

    static DictionaryFile File(string name, TextForm form = TextForm.Plain) => Dictionaries.File(name, "/" + name, form: form);
}
