// What keeps a method readable: its length, without its comments and attributes before it.

using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TinyGrepServer.Tests;

internal static class Methods
{
    /// <summary>Methods and constructors of more than so many lines; a table, such as that of routes, may be as long as it is.</summary>
    public static IEnumerable<string> Long(IEnumerable<Source> sources, int max) =>
        from source in sources
        let tree = CSharpSyntaxTree.ParseText(source.Text)
        from method in tree.GetRoot().DescendantNodes().OfType<BaseMethodDeclarationSyntax>()
        where method.ExpressionBody?.Expression is not CollectionExpressionSyntax
        let lines = tree.GetLineSpan(method.Span)
        let first = tree.GetLineSpan(method.ParameterList.Span).StartLinePosition.Line
        let length = lines.EndLinePosition.Line - first + 1
        where length > max
        select $"{source.Path}:{first + 1} has a method of {length} lines";
}
