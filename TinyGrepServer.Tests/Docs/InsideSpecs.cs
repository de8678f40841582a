// docs/inside and the papers at the top: the files and tests they name exist, every pattern and every fact has its proof, and the
// reading order never needs what it has not named. What looks for mistakes is tried on some.

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed class InsideSpecs
{
    static readonly string Folder = Path.Join(TestServer.Root, "docs", "inside");

    public static IEnumerable<object[]> Documents =>
        from name in Directory.EnumerateFiles(Folder, "*.md").Select(path => Path.GetRelativePath(TestServer.Root, path))
            .Concat(["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"])
        select new object[] { name };

    [TestMethod]
    [DynamicData(nameof(Documents))]
    public void The_files_it_names_exist(string document) => AssertNone(InsideDocs.MissingFiles(Read(document)));

    [TestMethod]
    [DynamicData(nameof(Documents))]
    public void The_tests_it_names_exist(string document) => AssertNone(InsideDocs.MissingTests(Read(document)));

    [TestMethod]
    public void Every_pattern_has_a_file_and_a_test() =>
        AssertNone(InsideDocs.RowsWithoutProof(Read("docs/inside/patterns.md"), andFile: true));

    [TestMethod]
    public void Every_row_of_the_index_has_a_file_and_a_test() =>
        AssertNone(InsideDocs.RowsWithoutProof(Read("docs/inside/index.md"), andFile: true));

    [TestMethod]
    public void Every_fact_about_HttpListener_has_a_test() =>
        AssertNone(InsideDocs.RowsWithoutProof(Read("docs/inside/httplistener.md"), andFile: false));

    [TestMethod]
    public void Every_document_is_found_from_the_first_one()
    {
        var first = Read("docs/inside/README.md");

        var others = Directory.EnumerateFiles(Folder, "*.md").Select(path => Path.GetFileName(path)).Where(name => name != "README.md");
        AssertNone(others.Where(name => !first.Contains($"({name})", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void The_reading_order_needs_nothing_that_it_has_not_named() =>
        AssertNone(ReadingOrder.Mistakes(Read("docs/inside/README.md"), InsideDocs.Product));

    [TestMethod]
    [DataRow("`Server/HttpServer.cs` `Support/Wait.cs` `run.sh`", "")]
    [DataRow("`Server/Gone.cs`", "Server/Gone.cs")]
    [DataRow("`HttpServer.cs`", "HttpServer.cs")]
    public void A_missing_file_is_told(string markdown, string expected) =>
        Assert.AreEqual(expected, string.Join("\n", InsideDocs.MissingFiles(markdown)));

    [TestMethod]
    [DataRow("`InsideSpecs.A_missing_test_is_told`", "")]
    [DataRow("`InsideSpecs.A_test_that_nobody_wrote`", "InsideSpecs.A_test_that_nobody_wrote")]
    [DataRow("`InsideSpecs.Documents`", "InsideSpecs.Documents")]
    public void A_missing_test_is_told(string markdown, string expected) =>
        Assert.AreEqual(expected, string.Join("\n", InsideDocs.MissingTests(markdown)));

    [TestMethod]
    [DataRow("| Problem | File | Test |\n| --- | --- | --- |\n| a | `A.cs` | `ASpecs.B_c` |", "")]
    [DataRow("| a | `A.cs` | none |", "| a | `A.cs` | none |")]
    [DataRow("| a | none | `ASpecs.B_c` |", "| a | none | `ASpecs.B_c` |")]
    public void A_row_without_proof_is_told(string? markdown, string expected) =>
        Assert.AreEqual(expected, string.Join("\n", InsideDocs.RowsWithoutProof($"{markdown}", andFile: true)));

    [TestMethod]
    [DataRow("1. `Front/Bell.cs`\n2. `Front/Door.cs`", "")]
    [DataRow("1. `Front/Door.cs`,\n   `Front/Bell.cs`", "")]
    [DataRow("1. `Front/`", "")]
    [DataRow("1. `Front/Door.cs`: first. Later: `Bell`.\n2. `Front/Bell.cs`", "")]
    [DataRow("1. `Front/Door.cs`\n2. `Front/Bell.cs`", "Front/Door.cs needs Bell of Front/Bell.cs")]
    [DataRow("1. `Front/Door.cs`", "Front/Door.cs needs Bell of Front/Bell.cs")]
    [DataRow("1. `Room/Guest.cs`", "Room/Guest.cs needs Door of Front/Door.cs")]
    [DataRow("1. `Room/Host.cs`", "")]
    [DataRow("1. `Front/Gate.cs`", "there is no Front/Gate.cs")]
    public void A_step_too_early_is_told(string markdown, string expected)
    {
        Source[] sources =
        [
            Source.Read("Front/Door.cs", "class Door\n{\n    void Open() => new Bell().Ring();\n}"),
            Source.Read("Front/Bell.cs", "class Bell\n{\n    void Ring() { }\n}"),
            Source.Read("Room/Guest.cs", "using TinyGrepServer.Front;\nclass Guest(Door door);"),
            Source.Read("Room/Host.cs", "using TinyGrepServer.Front;\nclass Host\n{\n    int Door => 1;\n    int Sum => a.Bell + Door;\n}"),
        ];

        Assert.AreEqual(expected, string.Join("\n", ReadingOrder.Mistakes(markdown, sources.ToDictionary(source => source.Path))));
    }

    static string Read(string document) => File.ReadAllText(Path.Join(TestServer.Root, document));

    static void AssertNone(IEnumerable<string> found) => Assert.AreEqual("", string.Join("\n", found));
}
