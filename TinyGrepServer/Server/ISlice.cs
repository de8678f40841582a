// A slice is a feature: a folder, one class that implements this, one line in App. It knows the kernel, never another slice.

namespace TinyGrepServer.Server;

/// <summary>What a feature brings to the server.</summary>
public interface ISlice
{
    /// <summary>The slice's name, in lower case, as in <c>--protect</c>.</summary>
    string Name { get; }

    /// <summary>The pages it answers.</summary>
    IReadOnlyList<Route> Routes { get; }

    /// <summary>What must hold for the server to be ready.</summary>
    IReadOnlyList<HealthCheck> Checks => [];

    /// <summary>Whether <c>--protect</c> may put its routes behind a token; false for what must be reachable without one.</summary>
    bool Protectable => true;
}

/// <summary>One thing <c>/readyz</c> asks about.</summary>
/// <param name="Name">What is checked, such as <c>dictionaries</c>.</param>
/// <param name="ProblemAsync">What is wrong, in words fit for a stranger; null where all is well.</param>
public sealed record HealthCheck(string Name, Func<CancellationToken, Task<string?>> ProblemAsync);
