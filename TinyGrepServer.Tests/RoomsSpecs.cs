// The rules of the house, each tried on a small tree that breaks it: a rule that sees nothing would keep nothing.

namespace TinyGrepServer.Tests;

[TestClass]
public sealed class RoomsSpecs
{
    [TestMethod]
    public void A_long_file_and_a_wide_line_are_seen()
    {
        Source[] sources =
        [
            Source.Read("A.cs", "one\ntwo\nthree\n"),
            Source.Read("B.cs", "one\ntwo, and wide\n"),
        ];

        Assert.AreEqual("A.cs has more than 2 lines", string.Join(", ", Rooms.Long(sources, 2)));
        Assert.AreEqual("B.cs:2 is 13 wide", string.Join(", ", Rooms.Wide(sources, 12)));
    }

    [TestMethod]
    public void A_long_method_is_seen_and_a_long_table_is_none()
    {
        Source[] sources =
        [
            Source.Read("A.cs", "class A\n{\n    void Long()\n    {\n        Do();\n    }\n\n    void Short() => Do();\n}\n"),
            Source.Read("B.cs", "class B\n{\n    B()\n    {\n        Do();\n    }\n}\n"),
            Source.Read("C.cs", "class C\n{\n    int[] Table() =>\n    [\n        1,\n        2,\n    ];\n}\n"),
        ];

        const string Seen = "A.cs:3 has a method of 4 lines, B.cs:3 has a method of 4 lines";
        Assert.AreEqual(Seen, string.Join(", ", Methods.Long(sources, 3)));
        Assert.AreEqual("", string.Join(", ", Methods.Long(sources, 4)));
    }

    [TestMethod]
    public void A_file_that_does_not_open_with_a_comment_is_seen()
    {
        Source[] sources =
        [
            Source.Read("A.cs", "// What it is about.\n\nnamespace TinyGrepServer;\n"),
            Source.Read("B.cs", "namespace TinyGrepServer;\n\n// What it is about.\n"),
            Source.Read("C.cs", "\n// What it is about.\n"),
            Source.Read("D.cs", ""),
        ];

        Assert.AreEqual(
            "B.cs does not open with a comment, C.cs does not open with a comment, D.cs does not open with a comment",
            string.Join(", ", Rooms.Unintroduced(sources)));
    }

    [TestMethod]
    public void A_crowded_room_is_seen_and_a_room_below_it_does_not_count()
    {
        Source[] sources = [.. "ABC".Select(name => Source.Read($"Server/{name}.cs", "")), Source.Read("Server/Wire/D.cs", "")];

        Assert.AreEqual("Server has 3 files", string.Join(", ", Rooms.Crowded(sources, 2)));
        Assert.AreEqual("", string.Join(", ", Rooms.Crowded(sources, 3)));
    }

    [TestMethod]
    public void Files_that_name_each_other_in_a_ring_are_a_knot()
    {
        Source[] ring =
        [
            Type("A", "B b;"),
            Type("B", "var c = new C();"),
            Type("C", "List<A> all;"),
            Type("D", "A a; B b; C c;"), // it names them, but none of them names it
        ];

        Assert.AreEqual("Search/A.cs, Search/B.cs, Search/C.cs", string.Join("; ", Rooms.Knots(ring, 2)));
        Assert.AreEqual("", string.Join("; ", Rooms.Knots(ring, 3)));
    }

    [TestMethod]
    [DataRow("A Take() => x;")]
    [DataRow("A.Take();")]
    [DataRow("Use(new A { X = 1 });")]
    [DataRow("IReadOnlyList<A> all;")]
    [DataRow("var type = typeof(A);")]
    [DataRow("A[] all = [];")]
    [DataRow("A? none = null;")]
    [DataRow("sealed class Inner : A { }")]
    public void A_type_is_named(string code) =>
        Assert.AreEqual("Search/A.cs, Search/B.cs", string.Join("; ", Rooms.Knots([Type("A", "B b;"), Type("B", code)], 1)));

    [TestMethod]
    [DataRow("string A { get; init; }")]
    [DataRow("enum E { A, C }")]
    [DataRow("x = y.A.Take();")]
    [DataRow("new Thing { A = 1 };")]
    [DataRow("// A a;")]
    [DataRow("var s = \"A a;\";")]
    public void A_member_of_the_same_name_is_no_use_of_the_type(string code) =>
        Assert.AreEqual("", string.Join("; ", Rooms.Knots([Type("A", "B b;"), Type("B", code)], 1)));

    [TestMethod]
    [DataRow("var page = \"/api/v1/web\";", true)]
    [DataRow("var page = $\"{url}/livez\";", true)]
    [DataRow("var page = \"/files\";", true)]
    [DataRow("var page = $\"{root}/web/{file}\";", true)]
    [DataRow("var page = \"/house/house.css\";", true)]
    [DataRow("var page = \"/d/quotes.txt\";", true)]
    [DataRow("var path = \"/wait?seconds=1\";", true)]
    [DataRow("var path = \"/fail\";", true)]
    [DataRow("var path = \"/dev/null\";", false)]
    [DataRow("var path = \"/proc/self/fd\";", false)]
    [DataRow("// as /api/v1/web does", false)]
    [DataRow("var path = \"/\" + name;", false)]
    public void A_path_of_ours_in_the_kernel_is_seen(string code, bool seen) =>
        Assert.AreEqual(seen, Rooms.OwnPaths([Source.Read("Server/A.cs", code)]).Any());

    static Source Type(string name, string body) =>
        Source.Read($"Search/{name}.cs", $"internal sealed class {name}\n{{\n    {body}\n}}\n");
}
