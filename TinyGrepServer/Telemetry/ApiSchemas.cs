// The JSON types of the route table as JSON Schema. System.Text.Json itself says what it reads and writes; a type of ours
// inside another becomes a component of its own. Each route brings the source-generated context of its types, the one that
// reads and writes them, so that nothing is looked up by reflection.

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using TinyGrepServer.Server;

namespace TinyGrepServer.Telemetry;

internal sealed class ApiSchemas(OpenApiDocument document)
{
    readonly Dictionary<IJsonTypeInfoResolver, JsonSerializerOptions> strict = [];
    readonly Dictionary<Type, JsonObject> components = [];

    /// <summary>A type that is answered; a member that cannot be null is always there.</summary>
    public IOpenApiSchema Reply(JsonTypeInfo type)
    {
        var schema = Export(type);
        return schema["$ref"] is null ? Parse(schema, document) : new OpenApiSchemaReference(NameOf(type.Type), document);
    }

    /// <summary>A type that is sent: of its members those this route takes, and what is known about each.</summary>
    public IOpenApiSchema Request(JsonTypeInfo type, IReadOnlyList<Parameter> members)
    {
        var own = Strict(type).GetJsonSchemaAsNode(type.Type, new() { TreatNullObliviousAsNonNullable = true }).AsObject();
        var properties = new JsonObject();
        foreach (var member in members) properties[member.Name] = Narrow(own["properties"]?[member.Name]?.DeepClone(), member);
        if (members.Count > 0) own["properties"] = properties;
        var required = members.Where(member => member.Required).Select(member => (JsonNode)member.Name).ToArray();
        if (members.Count > 0) own.Remove("required");
        if (required.Length > 0) own["required"] = new JsonArray(required);
        own["additionalProperties"] = false;
        return Parse(own, document);
    }

    /// <summary>One line of an NDJSON answer: an element of the reply's list, or at last all that is beside the list.</summary>
    public IOpenApiSchema Line(JsonTypeInfo type)
    {
        Export(type);
        var summary = (JsonObject)components[type.Type].DeepClone();
        var (name, list) = summary["properties"]!.AsObject().First(member => member.Value is JsonObject one && one.ContainsKey("items"));
        var element = list!["items"]!.DeepClone();
        summary["properties"]!.AsObject().Remove(name);
        var required = summary["required"]!.AsArray();
        required.Remove(required.First(one => one!.GetValue<string>() == name));
        return Parse(new JsonObject { ["anyOf"] = new JsonArray(element, summary) }, document);
    }

    /// <summary>A parameter's schema.</summary>
    public static JsonNode Of(Parameter parameter) => parameter.Type.EndsWith("[]", StringComparison.Ordinal)
        ? new JsonObject { ["type"] = "array", ["items"] = Of(parameter with { Type = parameter.Type[..^2] }) }
        : Limit(new JsonObject { ["type"] = parameter.Type }, parameter);

    /// <summary>JSON Schema in OpenAPI's own model.</summary>
    public static IOpenApiSchema Parse(JsonNode schema, OpenApiDocument? document = null) =>
        OpenApiModelFactory.Parse<OpenApiSchema>(schema.ToJsonString(), OpenApiSpecVersion.OpenApi3_1, document ?? new(), out _)!;

    JsonObject Export(JsonTypeInfo type)
    {
        var options = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = MoveToComponents };
        return Strict(type).GetJsonSchemaAsNode(type.Type, options).AsObject();
    }

    /// <summary>The types of that context, as a reader that refuses what it does not know.</summary>
    JsonSerializerOptions Strict(JsonTypeInfo type)
    {
        var resolver = type.OriginatingResolver!;
        if (!strict.TryGetValue(resolver, out var options))
            strict[resolver] = options = new(JsonSerializerDefaults.Strict) { TypeInfoResolver = resolver };
        return options;
    }

    JsonObject MoveToComponents(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = context.TypeInfo;
        if (schema is not JsonObject node) return Converted(type.Type);
        if (type.Kind != JsonTypeInfoKind.Object) return node;
        var isNullable = node["type"] is JsonArray;
        if (components.TryAdd(type.Type, node))
        {
            node["type"] = "object";
            var written = type.Properties.Where(property =>
                node["properties"]?[property.Name] is not null && (property.IsRequired || !property.IsGetNullable));
            node["required"] = new JsonArray([.. written.Select(property => (JsonNode)property.Name)]);
            document.AddComponent(NameOf(type.Type), Parse(node, document));
        }
        var reference = new JsonObject { ["$ref"] = $"#/components/schemas/{NameOf(type.Type)}" };
        return isNullable ? new JsonObject { ["anyOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) } : reference;
    }

    /// <summary>What a converter of ours writes is not known to the exporter.</summary>
    static JsonObject Converted(Type type) => typeof(IEnumerable<string>).IsAssignableFrom(type)
        ? new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } }
        : [];

    /// <summary>The type's own name; its full one where another has the same.</summary>
    string NameOf(Type type)
    {
        var name = components.Keys.First(known => known.Name == type.Name) == type ? type.Name : type.ToString();
        return string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '.'));
    }

    static JsonObject Narrow(JsonNode? known, Parameter member)
    {
        var schema = known as JsonObject ?? (JsonObject)Of(member);
        if (member.Required && schema["type"] is JsonArray types)
            schema["type"] = types.First(type => type!.GetValue<string>() != "null")!.DeepClone();
        // One that may be repeated in a query is one value or a list of them in a body.
        if (member.Type.EndsWith("[]", StringComparison.Ordinal))
            schema = new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = member.Type[..^2] }, schema) };
        schema["description"] = member.Summary;
        return Limit(schema, member);
    }

    static JsonObject Limit(JsonObject schema, Parameter parameter)
    {
        var isText = parameter.Type == "string";
        if (parameter.Min is { } min) schema[isText ? "minLength" : "minimum"] = min;
        if (parameter.Max is { } max) schema[isText ? "maxLength" : "maximum"] = max;
        if (parameter.OneOf is { } values)
        {
            var orNull = schema["type"] is JsonArray ? [null] : Array.Empty<JsonNode?>();
            schema["enum"] = new JsonArray([.. values.Select(value => (JsonNode?)value), .. orNull]);
        }
        return schema;
    }
}
