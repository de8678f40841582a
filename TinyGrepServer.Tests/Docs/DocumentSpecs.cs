// The reader of documents, tried on small ones: commands, tables, links.

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed class DocumentSpecs
{
    [TestMethod]
    public void A_command_has_the_lines_below_it_as_its_output()
    {
        var commands = new Document("a.md", "```console\n$ A=1\n$ echo $A\n1\n\n2\n```\n```text\n$ not me\n```\n").Commands;

        CollectionAssert.AreEqual(new[] { new ShownCommand("A=1", ""), new ShownCommand("echo $A", "1\n\n2") }, commands.ToArray());
    }

    [TestMethod, Timeout(60_000)]
    [DataRow("$ A=1\n$ echo $A; echo 2\n1\n2", true)]
    [DataRow("$ A=1\n```\nand later\n```console\n$ printf $A\n1", true)]
    [DataRow("$ echo id 4711 of a job\nid … of a job", true)]
    [DataRow("$ echo id 4711; echo of a job\nid … of a job", false)]
    [DataRow("$ echo 1\n2", false)]
    [DataRow("$ echo 1", false)]
    [DataRow("$ echo 1; false\n1", false)]
    [DataRow("$ exit 0\n$ echo 1\n1", false)]
    [DataRow("$ echo http://127.0.0.1:8080/x\nhttp://127.0.0.1:8080/x", true)]
    public async Task What_a_command_prints_is_compared_with_what_is_shown(string block, bool right)
    {
        var run = () => new Document("a.md", $"```console\n{block}\n```\n").RunAsync(new Uri("http://127.0.0.1:4711/"));

        if (right) await run();
        else await Assert.ThrowsAsync<AssertFailedException>(run);
    }

    [TestMethod]
    public void A_table_has_rows_and_cells()
    {
        var rows = new Document("a.md", "| a | b |\n|---|---|\n| `x\\|y` | |\n```\n| c |\n```\n").Rows;

        Assert.AreEqual("a,b;`x|y`,", string.Join(';', rows.Select(row => string.Join(',', row))));
    }

    [TestMethod]
    [DataRow("[there](../LICENSE-OF-NOBODY)", "docs/a.md: there is no ../LICENSE-OF-NOBODY")]
    [DataRow("[there](../run.sh) [far](https://example.org/x) [here](#a-heading-of-it-all)\n## A heading, of `it` all\n", "")]
    [DataRow("[here](#elsewhere)\n# A heading\n", "docs/a.md: there is no heading for #elsewhere")]
    [DataRow("[other](guide.md#start) [other](guide.md#nowhere)", "docs/a.md: there is no heading for guide.md#nowhere")]
    [DataRow("```text\n[nothing](nowhere.md)\n```\n", "")]
    public void A_broken_link_is_told(string text, string expected) =>
        Assert.AreEqual(expected, string.Join('\n', new Document("docs/a.md", text).BrokenLinks()));
}
