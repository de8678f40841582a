// What an API server would only find out later: names that must agree do, probes ask routes that exist, and a pod that stops is
// given the time it needs.

using System.Text.Json.Nodes;

namespace TinyGrepServer.Tests.Deploy;

[TestClass]
public sealed class KubernetesSpecs
{
    static IReadOnlyList<JsonNode> objects = [];

    [ClassInitialize]
    public static async Task ReadAsync(TestContext context) =>
        objects = [.. await DeployedFile.YamlAsync("kubernetes.yaml"), .. await DeployedFile.YamlAsync("kubernetes-secret.yaml")];

    [TestMethod]
    public void Each_object_has_the_version_of_its_kind_and_a_name_of_its_own()
    {
        Dictionary<string, string> versions = new()
        {
            ["ConfigMap"] = "v1",
            ["Secret"] = "v1",
            ["Service"] = "v1",
            ["Deployment"] = "apps/v1",
            ["HorizontalPodAutoscaler"] = "autoscaling/v2",
            ["PodDisruptionBudget"] = "policy/v1",
            ["NetworkPolicy"] = "networking.k8s.io/v1",
        };

        foreach (var one in objects) Assert.AreEqual(versions[one["kind"].Value()], one["apiVersion"].Value());
        CollectionAssert.IsSubsetOf(versions.Keys, objects.Select(one => one["kind"].Value()).ToList());
        CollectionAssert.AllItemsAreUnique(objects.Select(one => (one["kind"].Value(), one["metadata"]!["name"].Value())).ToList());
    }

    [TestMethod]
    public void Everybody_means_the_same_pods()
    {
        var labels = Deployment["template"]!["metadata"]!["labels"]!;

        Assert.IsTrue(JsonNode.DeepEquals(labels, Deployment["selector"]!["matchLabels"]));
        Assert.IsTrue(JsonNode.DeepEquals(labels, Only("Service")["spec"]!["selector"]));
        Assert.IsTrue(JsonNode.DeepEquals(labels, Only("PodDisruptionBudget")["spec"]!["selector"]!["matchLabels"]));
        Assert.IsTrue(JsonNode.DeepEquals(labels, Pod["topologySpreadConstraints"]![0]!["labelSelector"]!["matchLabels"]));
    }

    [TestMethod]
    public void The_network_policy_lets_clients_in_to_the_servers_port_and_the_servers_out_to_names_and_database()
    {
        var policy = Only("NetworkPolicy")["spec"]!;
        var labels = Deployment["template"]!["metadata"]!["labels"]!;
        var egress = policy["egress"]!.AsArray().SelectMany(rule => rule!["ports"]!.AsArray()).Select(port => port!["port"].Value());

        Assert.IsTrue(JsonNode.DeepEquals(labels, policy["podSelector"]!["matchLabels"]));
        Assert.AreEqual("""["Ingress","Egress"]""", policy["policyTypes"]!.ToJsonString());
        Assert.AreEqual(
            Server["ports"]![0]!["name"].Value(),
            policy["ingress"]!.AsArray().Single()!["ports"]!.AsArray().Single()!["port"].Value());
        CollectionAssert.AreEqual(new[] { "53", "53", "5432" }, egress.ToList());
    }

    [TestMethod]
    public void The_autoscaler_scales_the_deployment_and_the_budget_leaves_a_pod_to_move()
    {
        var scaler = Only("HorizontalPodAutoscaler")["spec"]!;
        var target = scaler["scaleTargetRef"]!;

        Assert.AreEqual(
            "Deployment " + Only("Deployment")["metadata"]!["name"].Value(),
            $"{target["kind"].Value()} {target["name"].Value()}");
        Assert.IsNull(Deployment["replicas"], "or each apply would undo what the autoscaler did");
        Assert.IsGreaterThan(Only("PodDisruptionBudget")["spec"]!["minAvailable"]!.GetValue<int>(), scaler["minReplicas"]!.GetValue<int>());
        Assert.IsLessThanOrEqualTo(100, scaler["maxReplicas"]!.GetValue<int>() * 20 + 20, "PostgreSQL's connections");
    }

    [TestMethod, Timeout(60_000)]
    public async Task Probes_and_ports_lead_to_what_the_server_serves()
    {
        var port = Server["ports"]![0]!;
        await using var server = await TestServer.StartAsync("--host", "0.0.0.0");

        Assert.AreEqual(Settings.Server.Port, port["containerPort"]!.GetValue<int>());
        Assert.AreEqual(port["name"].Value(), Only("Service")["spec"]!["ports"]![0]!["targetPort"].Value());
        foreach (var probe in (string[])["startupProbe", "livenessProbe", "readinessProbe"])
        {
            Assert.AreEqual(port["name"].Value(), Server[probe]!["httpGet"]!["port"].Value());
            using var answer = await server.Http.GetAsync(Server[probe]!["httpGet"]!["path"].Value());
            Assert.AreEqual(System.Net.HttpStatusCode.OK, answer.StatusCode, probe);
        }
        var annotations = Deployment["template"]!["metadata"]!["annotations"]!;
        Assert.AreEqual($"{Settings.Server.Port}", annotations["prometheus.io/port"].Value());
        var metrics = await server.Http.GetStringAsync(annotations["prometheus.io/path"].Value());
        StringAssert.Contains(metrics, "http_server_active_requests", StringComparison.Ordinal);
    }

    [TestMethod]
    public void What_the_server_is_told_it_understands_and_it_has_the_time_and_memory_for_it()
    {
        var time = TimeSpan.FromSeconds(Pod["terminationGracePeriodSeconds"]!.GetValue<int>());

        Assert.IsGreaterThan(Settings.Server.DrainDelay + Settings.Server.ShutdownTimeout, time);
        Assert.IsGreaterThan(TimeSpan.FromSeconds(Server["readinessProbe"]!["periodSeconds"]!.GetValue<int>()), Settings.Server.DrainDelay);
        Assert.IsTrue(Settings.Server.IsEveryAddress);
        Assert.Contains(Only("Service")["metadata"]!["name"].Value(), Settings.Server.AllowedHosts);
        Assert.IsLessThan(
            Units.Size(Server["resources"]!["limits"]!["memory"].Value() + "B"),
            Settings.Search.MaxSearches * Settings.Search.MemoryBytes);
    }

    [TestMethod]
    public void The_container_is_no_root_and_writes_only_where_it_has_a_volume()
    {
        var mounts = Server["volumeMounts"]!.AsArray().ToDictionary(mount => mount!["mountPath"].Value(), mount => mount!["name"].Value());
        var volumes = Pod["volumes"]!.AsArray().ToDictionary(volume => volume!["name"].Value(), volume => volume!);

        Assert.IsTrue(Pod["securityContext"]!["runAsNonRoot"]!.GetValue<bool>());
        Assert.IsGreaterThan(0, Pod["securityContext"]!["runAsUser"]!.GetValue<int>());
        Assert.IsTrue(Server["securityContext"]!["readOnlyRootFilesystem"]!.GetValue<bool>());
        Assert.IsFalse(Server["securityContext"]!["allowPrivilegeEscalation"]!.GetValue<bool>());
        CollectionAssert.AreEquivalent(volumes.Keys, mounts.Values);
        Assert.IsNotNull(volumes[mounts["/tmp"]]["emptyDir"]);
        Assert.IsNotNull(volumes[mounts[Settings.Storage.DataFolder]]["emptyDir"]);
        Assert.AreEqual(
            ConfigMap("tinygrepserver-dictionaries")["metadata"]!["name"].Value(),
            volumes[mounts[Settings.Search.Folder]]["configMap"]!["name"].Value());
    }

    [TestMethod]
    public void The_keys_come_from_the_secret_which_is_of_no_use_until_it_is_filled_in()
    {
        var secret = Only("Secret");
        var key = Pod["volumes"]!.AsArray().Single(volume => volume!["name"].Value() == "keys")!["secret"]!;
        var variable = Server["env"]!.AsArray().Single(one => one!["name"].Value() == "TINYGREP_DATABASE")!;
        var database = variable["valueFrom"]!["secretKeyRef"]!;

        Assert.AreEqual(secret["metadata"]!["name"].Value(), key["secretName"].Value());
        Assert.AreEqual(secret["metadata"]!["name"].Value(), database["name"].Value());
        Assert.IsTrue(secret["stringData"]!.AsObject().ContainsKey(key["items"]![0]!["key"].Value()));
        Assert.AreEqual($"/keys/{key["items"]![0]!["path"].Value()}", Settings.Access.KeyFile);
        var example = new Dictionary<string, string> { ["TINYGREP_DATABASE"] = secret["stringData"]![database["key"].Value()].Value() };
        Assert.ThrowsExactly<TinyGrepServer.Server.UsageError>(() => DeployedFile.Parse([], example));
    }

    [TestMethod, Timeout(60_000)]
    public async Task A_mounted_ConfigMap_is_a_folder_of_dictionaries()
    {
        using var folder = new TemporaryFolder();
        folder.Write("..2024_05_17/quotes.txt", ConfigMap("tinygrepserver-dictionaries")["data"]!["quotes.txt"].Value());
        File.CreateSymbolicLink(Path.Join(folder.Path, "..data"), "..2024_05_17");
        File.CreateSymbolicLink(Path.Join(folder.Path, "quotes.txt"), "..data/quotes.txt");
        await using var server = await TestServer.StartAsync("--dicts", folder.Path);

        var answer = await server.Http.GetStringAsync("/api/v1/search?q=folder");

        StringAssert.Contains(answer, "\"dictionary\":\"quotes.txt\"", StringComparison.Ordinal);
        StringAssert.Contains(answer, "\"count\":1,\"complete\":true", StringComparison.Ordinal);
    }

    static JsonNode Deployment => Only("Deployment")["spec"]!;

    static JsonNode Pod => Deployment["template"]!["spec"]!;

    static JsonNode Server => Pod["containers"]!.AsArray().Single()!;

    static Settings Settings => DeployedFile.Parse([], DeployedFile.Environment(
        ConfigMap(Server["envFrom"]![0]!["configMapRef"]!["name"].Value())["data"]!.AsObject()
            .Select(variable => KeyValuePair.Create(variable.Key, variable.Value.Value()))));

    static JsonNode Only(string kind) => objects.Single(one => one["kind"].Value() == kind);

    static JsonNode ConfigMap(string name) =>
        objects.Single(one => one["kind"].Value() == "ConfigMap" && one["metadata"]!["name"].Value() == name);
}
