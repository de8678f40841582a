// The code in docs/inside is the code: every block of C# says where it is cut from and stands there like that.

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed class ExcerptSpecs
{
    const string Source = """
        // Rings.
        sealed class Bell
        {
            /// <summary>Rings it.</summary>
            public async Task RingAsync(int times)
            {
                await Clapper.MoveAsync();

                return;
            }

            static int Times(int wanted) =>
                Math.Min(wanted, 3);

            int Rung => RingAsync(1).Id;
        }
        """;

    public static IEnumerable<object[]> Documents =>
        Directory.EnumerateFiles(Path.Join(TestServer.Root, "docs", "inside"), "*.md")
            .Select(path => new object[] { Path.GetRelativePath(TestServer.Root, path) });

    [TestMethod]
    [DynamicData(nameof(Documents))]
    public void Its_code_is_cut_from_the_sources(string document)
    {
        var markdown = File.ReadAllText(Path.Join(TestServer.Root, document));
        var excerpts = Excerpt.ReadAll(markdown);

        Assert.AreEqual(Excerpt.CountBlocks(markdown), excerpts.Count, "a block that does not say where it is from");
        foreach (var excerpt in excerpts) Assert.AreEqual(Cut(excerpt), excerpt.Shown, $"{excerpt.File}: {excerpt.Member}");
    }

    [TestMethod]
    public void The_book_shows_code() => Assert.IsGreaterThan(
        10, Documents.Sum(document => Excerpt.ReadAll(File.ReadAllText(Path.Join(TestServer.Root, (string)document[0]))).Count));

    [TestMethod]
    [DataRow("RingAsync", "public async Task RingAsync(int times)\n{\n    await Clapper.MoveAsync();\n\n    return;\n}")]
    [DataRow("Times", "static int Times(int wanted) =>\n    Math.Min(wanted, 3);")]
    [DataRow("Rung", "int Rung => RingAsync(1).Id;")]
    [DataRow("MoveAsync", null)]
    public void A_member_is_cut_whole(string member, string? expected) => Assert.AreEqual(expected, Excerpt.Cut(Source, member));

    static string? Cut(Excerpt excerpt)
    {
        var path = new[] { "TinyGrepServer", "" }.Select(top => Path.Join(TestServer.Root, top, excerpt.File)).FirstOrDefault(File.Exists);
        return path is null ? $"there is no {excerpt.File}" : Excerpt.Cut(File.ReadAllText(path), excerpt.Member);
    }
}
