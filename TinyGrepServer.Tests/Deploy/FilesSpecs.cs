// The image, compose and systemd files say only what is so: what they copy is there, what they tell the program it understands,
// and times, ports and addresses that stand in several places agree.

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Deploy;

[TestClass]
public sealed partial class FilesSpecs
{
    static readonly string Dockerfile = DeployedFile.Text("Dockerfile");

    [TestMethod]
    public void Each_copied_source_exists_and_is_sent_to_the_builder()
    {
        var sent = DeployedFile.Text("Dockerfile.dockerignore").Split('\n')
            .Where(line => line.StartsWith('!'))
            .Select(line => line[1..])
            .ToHashSet();
        var sources = Copy().Matches(Dockerfile).SelectMany(copy => copy.Groups["words"].Value.Split(' ')[..^1]).ToList();

        Assert.IsGreaterThan(5, sources.Count);
        foreach (var source in sources)
        {
            Assert.IsTrue(Path.Exists(Path.Join(TestServer.Root, source)), source);
            Assert.Contains(source.Split('/')[0], sent);
        }
    }

    [TestMethod]
    public void The_image_is_no_root_and_hands_signals_to_the_server()
    {
        var final = Dockerfile[Dockerfile.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];
        var entry = JsonSerializer.Deserialize<string[]>(Regex.Match(final, "\nENTRYPOINT (.*)").Groups[1].Value)!;
        var settings = DeployedFile.Parse(entry[1..], DeployedFile.Environment([]));

        Assert.MatchesRegex("\nUSER \\$APP_UID\n", final);
        CollectionAssert.AreEqual(new[] { "/usr/bin/tinygrep" }, entry);
        Assert.Contains("\nCOPY --from=build /publish/TinyGrepServer /usr/bin/tinygrep\n", final);
        StringAssert.Contains(final, $"\nEXPOSE {settings.Server.Port}\n", StringComparison.Ordinal);
        StringAssert.Contains(final, $"\nVOLUME {settings.Storage.DataFolder} {settings.Search.Folder}\n", StringComparison.Ordinal);
        Assert.IsTrue(settings.Server.IsEveryAddress, "loopback alone cannot be reached from outside of a container");
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_health_check_is_green_while_the_server_is_ready_and_red_without_it()
    {
        var words = JsonSerializer.Deserialize<string[]>(Regex.Match(Dockerfile, @"\n +CMD (\[.*\])\n").Groups[1].Value)!;
        var server = await TestServer.StartAsync("--host", "0.0.0.0", "--drain-delay", "20s");
        await using (server)
        {
            Assert.AreEqual(0, await CheckAsync(words, server.Url.Port));

            server.Signal(TestServer.Terminate);
            await Wait.UntilAsync(async () => await CheckAsync(words, server.Url.Port) != 0, "a server that stops is not healthy");
        }

        Assert.AreNotEqual(0, await CheckAsync(words, server.Url.Port));
    }

    [TestMethod, Timeout(60_000)]
    public async Task Compose_tells_the_servers_what_they_understand_and_leaves_them_time_to_stop()
    {
        var compose = (await DeployedFile.YamlAsync("compose.yaml")).Single();
        foreach (var (name, server) in Services(compose).Where(service => service.Key.StartsWith("server-", StringComparison.Ordinal)))
        {
            var settings = SettingsOf(server);
            var proxy = System.Net.IPAddress.Parse(compose["services"]!["nginx"]!["networks"]!["inside"]!["ipv4_address"].Value());
            var stop = settings.Server.DrainDelay + settings.Server.ShutdownTimeout;

            Assert.IsGreaterThan(stop, Units.Duration(server["stop_grace_period"].Value()), name);
            Assert.IsTrue(settings.Server.TrustedProxies.Any(network => network.Contains(proxy)), "nginx tells who the client is");
            Assert.Contains(name, settings.Server.AllowedHosts, "Prometheus asks by that name");
            Assert.AreEqual("https://localhost:8443/", settings.Server.PublicUrl?.ToString());
            StringAssert.StartsWith(
                settings.Storage.DatabaseOrDefault, "postgres://tinygrep:secret@postgresql:5432/tinygrep", StringComparison.Ordinal);
            Assert.IsLessThan(1L << 30, settings.Search.MaxSearches * settings.Search.MemoryBytes, "greps must fit into the container");
            Assert.IsTrue(server["read_only"]!.GetValue<bool>(), name);
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task Compose_mounts_files_that_exist_rotates_every_log_and_holds_no_secret()
    {
        var compose = (await DeployedFile.YamlAsync("compose.yaml")).Single();
        var named = compose["volumes"]!.AsObject().Select(volume => volume.Key).ToHashSet();

        foreach (var (name, service) in Services(compose))
        {
            Assert.IsNotNull(service["logging"]?["options"]?["max-size"], name);
            Assert.IsNotNull(service["logging"]!["options"]!["max-file"], name);
            Assert.IsNotNull(service["restart"], name);
            foreach (var source in (service["volumes"]?.AsArray() ?? []).Select(volume => Fill(volume.Value()).Split(':')[0]))
            {
                var exists = source.StartsWith('.')
                    ? Path.Exists(Path.Join(TestServer.Root, "deploy", source))
                    : source == "/" || named.Contains(source);
                Assert.IsTrue(exists, $"{name}: {source}");
            }
            foreach (var (variable, value) in service["environment"]?.AsObject() ?? [])
                if (variable.Contains("PASSWORD", StringComparison.Ordinal)) Assert.MatchesRegex(@"^\$\{[A-Z_]+:\?.+\}$", value.Value());
            foreach (var (needed, condition) in service["depends_on"]?.AsObject() ?? [])
            {
                var isChecked = condition!["condition"].Value() != "service_healthy"
                    || compose["services"]![needed]!["healthcheck"] is not null
                    || needed.StartsWith("server-", StringComparison.Ordinal);
                Assert.IsTrue(isChecked, $"{name} waits for {needed}");
            }
        }
    }

    [TestMethod, Timeout(60_000)]
    public async Task Compose_makes_a_certificate_once_that_nginx_takes_with_its_configuration()
    {
        using var folder = new TemporaryFolder();
        foreach (var program in (string[])["nginx", "openssl"]) Programs.Find(program);
        foreach (var file in (string[])["nginx.conf", "compose/servers.conf", "compose/site.conf"])
        {
            var text = DeployedFile.Text(file).Replace("/certificate/", $"{folder.Path}/", StringComparison.Ordinal);
            folder.Write(Path.GetFileName(file), Regex.Replace(text, @"server-\d:", "127.0.0.1:"));
        }

        await CertifyAsync(folder.Path, "grep.example.org");
        var first = await File.ReadAllTextAsync(Path.Join(folder.Path, "certificate.pem"));
        await CertifyAsync(folder.Path, "grep.example.org");
        var second = await File.ReadAllTextAsync(Path.Join(folder.Path, "certificate.pem"));
        await CertifyAsync(folder.Path, "other.example.org");
        var third = await File.ReadAllTextAsync(Path.Join(folder.Path, "certificate.pem"));
        var (exitCode, _, errors) = await TestServer.RunAsync(
            Programs.Start("nginx", ["-p", folder.Path, "-c", Path.Join(folder.Path, "nginx.conf"), "-e", "stderr", "-t"]));

        Assert.AreEqual(first, second, "the certificate stays");
        Assert.AreNotEqual(second, third, "another name needs another one");
        Assert.AreEqual(0, exitCode, errors);
    }

    [TestMethod, Timeout(60_000)]
    public async Task Compose_is_written_for_the_addresses_it_gives_out()
    {
        var compose = (await DeployedFile.YamlAsync("compose.yaml")).Single();
        var servers = Services(compose)
            .Select(service => service.Key)
            .Where(name => name.StartsWith("server-", StringComparison.Ordinal))
            .Order()
            .ToList();
        var proxied = Regex.Matches(DeployedFile.Text("compose/servers.conf"), "server (server-[0-9]+):8080 ")
            .Select(match => match.Groups[1].Value)
            .ToList();
        var prometheus = (await DeployedFile.YamlAsync("prometheus.yml")).Single();
        var scraped = prometheus["scrape_configs"]!.AsArray().Single(job => job!["job_name"].Value() == "tinygrepserver");
        var targets = scraped!["static_configs"]![0]!["targets"]!.AsArray().Select(target => target.Value());

        CollectionAssert.AreEqual(servers.Concat(servers).ToList(), proxied);
        CollectionAssert.AreEqual(servers.Select(name => $"{name}:8080").ToList(), targets.ToList());
    }

    [TestMethod, Timeout(60_000)]
    public async Task The_systemd_unit_starts_what_is_there_and_gives_it_time_to_stop()
    {
        var unit = DeployedFile.Text("tinygrepserver.service");
        var command = Regex.Match(unit, "\nExecStart=(.*)").Groups[1].Value.Split(' ');
        var settings = DeployedFile.Parse(command[2..], new Dictionary<string, string>());

        var stop = Units.Duration(Regex.Match(unit, "\nTimeoutStopSec=(.*)").Groups[1].Value);
        Assert.IsGreaterThan(settings.Server.DrainDelay + settings.Server.ShutdownTimeout, stop);
        Assert.AreEqual($"/var/lib/{Regex.Match(unit, "\nStateDirectory=(.*)").Groups[1].Value}", settings.Storage.DataFolder);

        using var folder = new TemporaryFolder();
        var file = folder.Write(
            "tinygrepserver.service", unit.Replace("/usr/bin/dotnet", Programs.Find("dotnet"), StringComparison.Ordinal));
        var verified = await TestServer.RunAsync(Programs.Start("systemd-analyze", ["verify", file]));
        var assessed = await TestServer.RunAsync(Programs.Start("systemd-analyze", ["security", "--offline=true", "--threshold=20", file]));

        Assert.AreEqual((0, ""), (verified.ExitCode, verified.Errors));
        Assert.AreEqual(0, assessed.ExitCode, assessed.Output);
    }

    static async Task<int> CheckAsync(string[] words, int port)
    {
        Assert.AreEqual("/usr/bin/tinygrep", words[0], "the image has no other program that could ask");
        var start = TestServer.Command(words[1..]);
        start.Environment["TINYGREP_PORT"] = $"{port}";
        return (await TestServer.RunAsync(start)).ExitCode;
    }

    static async Task CertifyAsync(string folder, string name)
    {
        var start = Programs.Start("sh", DeployedFile.PathOf("compose/certificate.sh"));
        start.Environment["FOLDER"] = folder;
        start.Environment["NAME"] = name;
        start.Environment["OWNER"] = Environment.UserName;
        var (exitCode, _, errors) = await TestServer.RunAsync(start);
        Assert.AreEqual(0, exitCode, errors);
    }

    static IEnumerable<KeyValuePair<string, JsonNode>> Services(JsonNode compose) =>
        compose["services"]!.AsObject().Select(service => KeyValuePair.Create(service.Key, service.Value!));

    static Settings SettingsOf(JsonNode server)
    {
        var environment = DeployedFile.Environment(
            server["environment"]!.AsObject().Select(variable => KeyValuePair.Create(variable.Key, Fill(variable.Value.Value()))));
        var mount = server["volumes"]!.AsArray()
            .Select(volume => volume.Value().Split(':'))
            .Single(words => words[1] == environment["TINYGREP_CONFIG"]);
        environment["TINYGREP_CONFIG"] = DeployedFile.PathOf(mount[0]);
        return DeployedFile.Parse([], environment);
    }

    /// <summary>Puts defaults in the place of variables, and a word in the place of those that have none.</summary>
    static string Fill(string text) => Required().Replace(Defaulted().Replace(text, "${value}"), "secret");

    [GeneratedRegex(@"^COPY (?!--from)(?<words>.+)$", RegexOptions.Multiline)]
    private static partial Regex Copy();

    [GeneratedRegex(@"\$\{\w+:-(?<value>[^}]*)\}")]
    private static partial Regex Defaulted();

    [GeneratedRegex(@"\$\{\w+:\?[^}]*\}")]
    private static partial Regex Required();
}
