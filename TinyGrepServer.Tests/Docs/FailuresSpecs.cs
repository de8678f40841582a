// Each row of the table of failures is shown by a test, and each such test has its row.

using System.Reflection;

namespace TinyGrepServer.Tests.Docs;

[TestClass]
public sealed class FailuresSpecs
{
    [TestMethod]
    public void Every_row_is_shown_by_a_test()
    {
        var named = Document.Of("docs/failures.md").Rows.Skip(1).Select(row => row[^1].Trim('`')).ToList();
        var tests = typeof(FailureSpecs).GetMethods()
            .Where(method => method.GetCustomAttribute<TestMethodAttribute>() is not null)
            .Select(method => method.Name);

        CollectionAssert.AreEquivalent(tests.ToList(), named);
    }
}
