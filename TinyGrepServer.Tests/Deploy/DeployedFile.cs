// Reads the files of deploy/. YAML is read by Python's PyYAML and handed over as JSON: a reader of our own would only show that
// we misread it in the same way.

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TinyGrepServer.Tests.Deploy;

internal static partial class DeployedFile
{
    const string ToJson = "import json, sys, yaml; json.dump(list(yaml.safe_load_all(open(sys.argv[1]))), sys.stdout)";

    public static string PathOf(string name) => Path.Join(TestServer.Root, "deploy", name);

    public static string Text(string name) => File.ReadAllText(PathOf(name));

    /// <summary>The documents of a YAML file; inconclusive where there is no PyYAML.</summary>
    public static async Task<IReadOnlyList<JsonNode>> YamlAsync(string name)
    {
        var (exitCode, output, errors) = await TestServer.RunAsync(Programs.Start("python3", ["-c", ToJson, PathOf(name)]));
        if (errors.Contains("No module named 'yaml'", StringComparison.Ordinal)) Assert.Inconclusive("There is no python3-yaml here.");
        Assert.AreEqual(0, exitCode, errors);
        return [.. JsonNode.Parse(output)!.AsArray().Select(document => document!)];
    }

    /// <summary>The image's variables, and those of the file over them.</summary>
    public static Dictionary<string, string> Environment(IEnumerable<KeyValuePair<string, string>> own)
    {
        var variables = ImageVariable().Matches(Text("Dockerfile"))
            .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
        foreach (var (name, value) in own) variables[name] = value;
        return variables;
    }

    /// <summary>What the program makes of arguments and variables; a variable that is no option fails.</summary>
    public static Settings Parse(string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        foreach (var name in environment.Keys.Where(name => name.StartsWith("TINYGREP_", StringComparison.Ordinal)))
        {
            var known = name == "TINYGREP_CONFIG" || SettingOptions.All.Any(option => option.EnvironmentName == name);
            Assert.IsTrue(known, $"{name} is no option");
        }
        var invocation = CommandLine.Parse(arguments, name => environment.GetValueOrDefault(name));
        return Assert.IsInstanceOfType<Invocation.Serve>(invocation).Settings;
    }

    public static string Value(this JsonNode? node) => node?.GetValueKind() switch
    {
        null => "",
        System.Text.Json.JsonValueKind.String => node.GetValue<string>(),
        _ => node.ToJsonString(),
    };

    [GeneratedRegex(@"^(?:ENV)? +(?<name>TINYGREP_[A-Z_]+)=(?<value>\S+)", RegexOptions.Multiline)]
    private static partial Regex ImageVariable();
}
