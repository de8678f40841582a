// A slice is a feature: a folder, one class that implements this, one line in App. It knows the kernel, never another slice.

namespace TinyGrepServer.Server;

/// <summary>What a feature brings to the server.</summary>
public interface ISlice
{
    /// <summary>The slice's name, in lower case, as in <c>--protect</c>.</summary>
    string Name { get; }

    /// <summary>The routes it answers.</summary>
    IReadOnlyList<Route> Routes { get; }

    /// <summary>What must hold for the server to be ready.</summary>
    IReadOnlyList<HealthCheck> Checks => [];

    /// <summary>Whether <c>--protect</c> may put its routes behind a token; false for what must be reachable without one.</summary>
    bool Protectable => true;
}

/// <summary>One dependency that <c>/readyz</c> checks.</summary>
/// <param name="Name">What is checked, such as <c>dictionaries</c>.</param>
/// <param name="ProblemAsync">What is wrong, as a message that anybody may see; null if nothing is.</param>
public sealed record HealthCheck(string Name, Func<CancellationToken, Task<string?>> ProblemAsync);
