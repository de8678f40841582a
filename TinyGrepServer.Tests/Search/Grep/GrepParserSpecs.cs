// grep's output arrives in pieces of any size. However it is cut, the lines that come out are the same ones.

using System.Text;
using TinyGrepServer.Search;

namespace TinyGrepServer.Tests.Search;

[TestClass]
public sealed class GrepParserSpecs
{
    static readonly GrepCommand Plain = GrepCommand.ForEntries("x", 1, 1, null);
    static readonly GrepCommand Named = GrepCommand.ForMatches(new SearchQuery { Term = "x" }, 10);
    static readonly GrepCommand Counts = GrepCommand.ForCount(new SearchQuery { Term = "x" });
    static readonly DictionaryFile[] Files = [Found("a", "/d/a"), Found("b\n", "/d/b\n"), Found("c", "/d/c")];

    [TestMethod]
    public void Plain_lines_have_a_number_and_say_whether_they_match() =>
        Assert.AreEqual(
            "0 1 ctx |a:b-c|; 0 2 hit ||; 0 12 hit |--|; 0 13 ctx |12:x|",
            Read(Plain, "1-a:b-c\n2:\n--\n12:--\n13-12:x\n"u8.ToArray()));

    [TestMethod]
    public void Counts_name_their_file() =>
        Assert.AreEqual("0 3 hit ||; 1 0 hit ||; 2 17 hit ||", Read(Counts, "/d/a\03\n/d/b\n\00\n/d/c\017\n"u8.ToArray()));

    [TestMethod]
    public void Named_lines_of_a_file_that_found_nothing_are_passed_over() =>
        Assert.AreEqual("0 1 hit |x|; 2 7 ctx |y|", Read(Named, "/d/a\01:x\n--\n/d/c\07-y\n"u8.ToArray()));

    [TestMethod]
    public void Markers_become_bounds() =>
        Assert.AreEqual("1 1 hit |a x \e[1m xx| [2,3,9,11]", Read(Named, Marked("/d/b\n\01:{a <x>{ \e[1m <xx>\n")));

    [TestMethod]
    public void Neighbouring_markers_stay_apart() =>
        Assert.AreEqual("0 1 hit |xx| [0,1,1,2]", Read(Named, Marked("/d/a\01:{<x>{<x>\n")));

    [TestMethod]
    [DataRow("{\e[m<\e[mx\e[m>{\e[m>", "|\e[m\e[mx\e[m\e[m| [3,10]")]
    [DataRow("{<\e[m>", "|\e[m| [0,3]")]
    [DataRow("{\e[m>", "|\e[m|")]
    [DataRow("{<x>\r", "|x\r| [0,1]")]
    [DataRow("{<x\r>", "|x\r| [0,2]")]
    [DataRow("{<x>{\e[m>\r", "|x\e[m\r| [0,1]")]
    [DataRow("{<\e[m\r>", "|\e[m\r| [0,4]")]
    public void Text_that_holds_the_end_of_a_mark_is_exact_and_so_are_its_bounds(string line, string expected) =>
        Assert.AreEqual($"0 1 hit {expected}", Read(Named, Marked($"/d/a\01:{line}\n")));

    [TestMethod]
    public void Text_with_NUL_and_newlines_in_file_names_is_no_hindrance() =>
        Assert.AreEqual("1 1 hit |\0/d/a\0|; 1 2 hit |\0|", Read(Named, "/d/b\n\01:\0/d/a\0\n/d/b\n\02:\0\n"u8.ToArray()));

    [TestMethod]
    public void However_the_output_is_cut_the_lines_are_the_same()
    {
        byte[][] outputs =
        [
            Marked("/d/a\01:{<x>{ and <x>{ end>\n--\n/d/b\n\012-plain \0 \n/d/b\n\013:{<é日😀>\r\n/d/c\01:\n"),
            "1:a\n2-b\n--\n100:--\n"u8.ToArray(),
            "/d/a\03\n/d/c\04\n"u8.ToArray(),
        ];
        GrepCommand[] commands = [Named, Plain, Counts];

        foreach (var (command, output) in commands.Zip(outputs))
        {
            var whole = Read(command, output);
            for (var cut = 0; cut <= output.Length; cut++)
            {
                for (var other = cut; other <= output.Length; other++) Assert.AreEqual(whole, Read(command, output, cut, other));
            }
        }
    }

    [TestMethod]
    public void Random_lines_cut_at_random_are_read_back()
    {
        var random = new Random(2);
        byte[][] pieces =
        [
            "a"u8.ToArray(), "\0"u8.ToArray(), ":"u8.ToArray(), "-"u8.ToArray(),
            "\e"u8.ToArray(), "é"u8.ToArray(), [0xFF], "1"u8.ToArray(),
        ];

        for (var round = 0; round < 500; round++)
        {
            using var output = new MemoryStream();
            var expected = new List<string>();
            for (var line = 1; line <= random.Next(1, 9); line++)
            {
                byte[] text = [.. random.GetItems(pieces, random.Next(6)).SelectMany(piece => piece)];
                output.Write([.. Encoding.UTF8.GetBytes($"/d/c\0{line}:"), .. text, (byte)'\n']);
                if (random.Next(3) == 0) output.Write("--\n"u8);
                expected.Add($"2 {line} hit |{Encoding.UTF8.GetString(text)}|");
            }
            var bytes = output.ToArray();
            int[] cuts = [.. Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(bytes.Length)).Order()];

            Assert.AreEqual(string.Join("; ", expected), Read(Named, bytes, cuts), Convert.ToHexString(bytes));
        }
    }

    [TestMethod]
    public void A_sink_that_has_enough_ends_the_reading()
    {
        var sink = new Lines { Max = 2 };

        var used = Parser(Plain, Files[..1]).Parse("1:a\n2:b\n3:c\n"u8, sink, out var enough);

        Assert.IsTrue(enough);
        Assert.AreEqual(8, used);
        Assert.HasCount(2, sink.Texts);
    }

    [TestMethod]
    public void Files_are_counted_from_the_first_of_the_batch()
    {
        var sink = new Lines();

        Parser(Counts, Files, 1_000).Parse("/d/b\n\05\n"u8, sink, out _);

        Assert.AreEqual("1001 5 hit ||", sink.Texts.Single());
    }

    static string Read(GrepCommand command, byte[] output, params int[] cuts)
    {
        var sink = new Lines();
        var parser = Parser(command, Files);
        var rest = Array.Empty<byte>();
        var from = 0;
        foreach (var to in cuts.Append(output.Length))
        {
            rest = [.. rest, .. output[from..to]];
            rest = rest[parser.Parse(rest, sink, out _)..];
            from = to;
        }
        Assert.IsEmpty(rest);
        return string.Join("; ", sink.Texts);
    }

    static GrepParser Parser(GrepCommand command, IReadOnlyList<DictionaryFile> files, int first = 0) =>
        new(
            command,
            new NamedFiles([.. files.Select((file, at) => new Candidate(first + at, file))], [.. files.Select(file => file.Path)]),
            _ => { });

    /// <summary><c>{</c> begins a piece of text, <c>&lt;</c> a match; <c>&gt;</c> ends a match, and the last piece.</summary>
    static byte[] Marked(string text)
    {
        var numbers = Named.Markers!.Colors.Split(':', '=');
        return Encoding.UTF8.GetBytes(text
            .Replace("<", $"\e[{numbers[1]}m", StringComparison.Ordinal)
            .Replace("{", $"\e[{numbers[3]}m", StringComparison.Ordinal)
            .Replace(">", "\e[m", StringComparison.Ordinal));
    }

    static DictionaryFile Found(string name, string path) => Dictionaries.File(name, path);

    sealed class Lines : ILineSink
    {
        public int Held => 0;

        public int Max { get; init; } = int.MaxValue;

        public List<string> Texts { get; } = [];

        public Lock Gate { get; } = new();

        public bool Add(in FoundLine line)
        {
            var bounds = line.Bounds.IsEmpty ? "" : $" [{string.Join(',', line.Bounds.ToArray())}]";
            Texts.Add($"{line.Dictionary} {line.Number} {(line.Selected ? "hit" : "ctx")} |{Encoding.UTF8.GetString(line.Text)}|{bounds}");
            return Texts.Count < Max;
        }

        public bool TryRestart() => false;
    }
}
