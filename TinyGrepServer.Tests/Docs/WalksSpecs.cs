// The walks in docs/inside/walks.md lead through the code as it is: each file is there, declares what it is said to declare,
// and is used by the one before it. The reader of walks is tried on small ones that are wrong.

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed class WalksSpecs
{
    const string Opens = "● Door.Open  Front/Door.cs\n│ Opens.\n";
    const string Rings = "● Bell.Ring  Front/Bell.cs\n│ Rings.\n";
    const string Sits = "● Guest.SitAsync  Room/Guest.cs\n│ Sits.";

    static readonly string[] Names = ["A question", "A setting", "A stop"];

    static readonly IReadOnlyList<Walk> Walks = Walk.ReadAll(File.ReadAllText(Path.Join(TestServer.Root, "docs", "inside", "walks.md")));

    [TestMethod]
    public void There_are_three_walks_and_each_has_its_stations()
    {
        CollectionAssert.AreEqual(Names, Walks.Select(walk => walk.Name).ToArray());
        foreach (var walk in Walks) Assert.IsGreaterThan(5, walk.Stations.Count, walk.Name);
    }

    [TestMethod]
    public void Every_station_is_where_the_walk_says_and_is_used_by_the_one_before_it() =>
        Assert.AreEqual("", string.Join("\n", Walks.SelectMany(walk => walk.Mistakes(InsideDocs.Product))));

    [TestMethod]
    public void A_walk_that_is_right_has_no_mistakes() => Assert.AreEqual("", Mistakes("""
           a client
             │
             ▼
             ● Door.Open                          Front/Door.cs
             │ Lets somebody in.
             ├─○ Bell.Ring                        Front/Bell.cs
             │   Tells the others, in a sentence
             │   of two lines.
             │
             ● Guest.SitAsync  through Chair      Room/Guest.cs
             │ Sits down.
             └─○ new Chair                        Room/Chair.cs
                 Bears the guest.
        """));

    [TestMethod]
    [DataRow("● Door.Open  Front/Gate.cs\n│ Opens.", "there is no Front/Gate.cs")]
    [DataRow("● Gate.Open  Front/Door.cs\n│ Opens.", "Front/Door.cs does not declare Gate")]
    [DataRow("● Door.Lock  Front/Door.cs\n│ Locks.", "Front/Door.cs has no Lock")]
    [DataRow("● Door.Open  Front/Door.cs", "Door.Open has no sentence")]
    [DataRow("● Door.Open  Front/Door.cs\n│ Opens", "Door.Open has no sentence")]
    [DataRow("● Door.Open, and the bell\n│ Opens.", "cannot read '● Door.Open, and the bell'")]
    [DataRow("● Bell.Ring  Front/Bell.cs\n│ Rings.\n● Door.Open  Front/Door.cs\n│ Opens.", "Front/Bell.cs does not use Door")]
    [DataRow(
        "● Bell.Ring  Front/Bell.cs\n│ Rings.\n├─○ Door.Open  Front/Door.cs\n│   Opens.",
        "Front/Bell.cs does not use Door")]
    [DataRow($"{Opens}{Sits}", "Front/Door.cs does not use Guest")]
    [DataRow($"{Rings}● Guest.SitAsync  through Chair  Room/Guest.cs\n│ Sits.", "Front/Bell.cs does not use Chair")]
    [DataRow($"{Opens}● Bell.Ring  through Chair  Front/Bell.cs\n│ Rings.", "Front/Bell.cs does not use Chair")]
    [DataRow($"{Opens}● Bell.Ring  through Task  Front/Bell.cs\n│ Rings.", "no file declares Task")]
    [DataRow($"{Opens}├─○ Bell.Ring  Front/Bell.cs\n│   Rings.\n{Sits}", "Front/Door.cs does not use Guest")]
    [DataRow($"{Rings}● Mat.Wipe  Front/Mat.cs\n│ Wipes.", "Front/Bell.cs does not use Mat", DisplayName = "in a comment or a string")]
    public void A_mistake_is_told(string drawing, string expected) => Assert.AreEqual($"A visit: {expected}", Mistakes(drawing));

    static string Mistakes(string drawing)
    {
        Source[] sources =
        [
            Source.Read("Front/Door.cs", "class Door\n{\n    Task Open(Chair chair) => new Bell().Ring();\n}"),
            Source.Read("Front/Bell.cs", "class Bell\n{\n    Task Ring() => Say(\"Mat\"); // Mat\n}"),
            Source.Read("Front/Mat.cs", "class Mat\n{\n    void Wipe() { }\n}"),
            Source.Read("Room/Chair.cs", "class Chair;"),
            Source.Read("Room/Guest.cs", "class Guest\n{\n    Task SitAsync() => new Chair();\n}"),
        ];
        var walk = Walk.ReadAll($"# Walks\n\n## A visit\n\nWhat happens.\n\n```text\n{drawing}\n```\n").Single();
        return string.Join("\n", walk.Mistakes(sources.ToDictionary(source => source.Path)));
    }
}
