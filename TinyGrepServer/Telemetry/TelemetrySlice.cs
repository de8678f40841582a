// What the server reports about itself: probes, metrics, and its route table for people and for programs.

using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

internal sealed class TelemetrySlice(PrometheusExporter prometheus, ServerState state, Health health) : ISlice
{
    public string Name => "telemetry";

    public IReadOnlyList<Route> Routes { get; } =
    [
        .. health.Routes,
        prometheus.Route,
        new InstructionsPage(state).Route,
        .. PageFiles.House.Routes("Instructions", "Style and icon of every page."),
        new SchemaPage(state).Route,
    ];

    /// <summary>Probes, scrapers and those who look for the way to a token have none.</summary>
    public bool Protectable => false;
}
