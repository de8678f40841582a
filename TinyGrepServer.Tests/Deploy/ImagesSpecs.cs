// What the images of deploy/ are, and what PostgreSQL's does at its first start: tried on a PostgreSQL of the tests' own.

using System.Text.RegularExpressions;
using Npgsql;
using TinyGrepServer.Tests.Search;
using TinyGrepServer.Tests.Storage;

namespace TinyGrepServer.Tests.Deploy;

[TestClass]
public sealed partial class ImagesSpecs
{
    [TestMethod, Timeout(60_000)]
    public async Task Each_image_is_named_by_digest_or_exact_version()
    {
        var compose = (await DeployedFile.YamlAsync("compose.yaml")).Single();
        string[] images =
        [
            .. compose["services"]!.AsObject().Select(service => service.Value!["image"].Value()).Where(image => image.Length > 0),
            .. Base().Matches(DeployedFile.Text("Dockerfile")).Select(match => match.Groups["image"].Value),
        ];

        Assert.IsGreaterThan(6, images.Length);
        foreach (var image in images) Assert.MatchesRegex(@"@sha256:[0-9a-f]{64}$|:v?\d+\.\d+(\.\d+)?(-[a-z]+)*$", image);
        foreach (var image in images.Where(image => !image.Contains("postgres", StringComparison.Ordinal))) // it has versions of two parts
            Assert.MatchesRegex(@"@sha256:|:v?\d+\.\d+\.\d+(-[a-z]+)*$", image);
    }

    [TestMethod, Timeout(120_000)]
    public async Task The_role_of_compose_owns_its_database_is_no_superuser_and_is_enough_for_the_server()
    {
        const string Role = "tinygrep_app"; // the tests' own superuser has the other name
        using var folder = new TemporaryFolder();
        var postgres = await PostgresServer.SharedAsync();
        var script = DeployedFile.Text("compose/postgresql.sh");
        var start = Programs.Start("sh", folder.Write("role.sh", Regex.Replace(script, @"\btinygrep\b", Role)));
        start.Environment["POSTGRES_USER"] = "tinygrep";
        start.Environment["PGHOST"] = "127.0.0.1";
        start.Environment["PGPORT"] = $"{postgres.Port}";
        start.Environment["TINYGREP_PASSWORD"] = "it's a \\ secret";
        Programs.Find("psql");

        var (exitCode, _, errors) = await TestServer.RunAsync(start);
        await using var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={postgres.Port};Username={Role};Database={Role};Pooling=false;Timeout=30");
        await connection.OpenAsync();
        var rights = await Dapper.SqlMapper.QuerySingleAsync<string>(
            connection, "SELECT concat_ws(' ', rolsuper, rolcreatedb, rolcreaterole) FROM pg_roles WHERE rolname = current_user");
        await using var server = await TestServer.StartAsync("--database", $"postgres://{Role}@127.0.0.1:{postgres.Port}/{Role}");
        var stored = await server.PostAsync("/messages", """{"message":"kept"}""");

        Assert.AreEqual((0, ""), (exitCode, errors));
        Assert.AreEqual("f f f", rights);
        Assert.AreEqual(201, stored.Status, stored.Text);
        Assert.IsTrue(
            File.GetUnixFileMode(DeployedFile.PathOf("compose/postgresql.sh")).HasFlag(UnixFileMode.OtherExecute),
            "or the image would run it in its own shell");
    }

    [TestMethod]
    public void The_systemd_unit_leaves_openat2_alone()
    {
        var unit = DeployedFile.Text("tinygrepserver.service");

        Assert.DoesNotMatchRegex("(?m)^RestrictSUIDSGID=", unit);
        Assert.Contains("openat2(2)", unit);
    }

    [GeneratedRegex(@"^FROM (?<image>\S+)", RegexOptions.Multiline)]
    private static partial Regex Base();
}
