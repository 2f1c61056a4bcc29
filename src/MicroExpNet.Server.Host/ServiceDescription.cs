using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MicroExpNet.Server.Host;

/// <summary>Completes the OpenAPI document with what endpoints cannot say of themselves: bodies of bytes and their parameters.</summary>
internal static class ServiceDescription
{
    private const string KeyScheme = "key";

    private static readonly string[] PictureTypes =
        ["image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp", "application/octet-stream"];

    /// <summary>Configures the document.</summary>
    /// <param name="options">The document's options.</param>
    /// <param name="needsKey">Whether clients must send a key.</param>
    public static void Configure(OpenApiOptions options, bool needsKey)
    {
        options.AddSchemaTransformer((schema, _, _) =>
        {
            // Numbers are never written as strings, which the serializer's defaults for the web allow.
            if (schema.Type is { } type && (type & (JsonSchemaType.Number | JsonSchemaType.Integer)) != 0)
            {
                (schema.Type, schema.Pattern) = (type & ~JsonSchemaType.String, null);
            }

            return Task.CompletedTask;
        });
        options.CreateSchemaReferenceId = type =>
            OpenApiOptions.CreateDefaultSchemaReferenceId(type)?.Replace("Json", "", StringComparison.Ordinal);
        options.AddOperationTransformer((operation, context, _) =>
        {
            // Endpoints have no names of their own, which would have to be unique in an application.
            bool isStream = context.Description.RelativePath!.EndsWith("stream", StringComparison.Ordinal);
            operation.OperationId = isStream ? "Stream" : "Recognize";
            if (isStream) DescribeStream(operation);
            else DescribeRecognize(operation);
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "MicroExpNet",
                Version = ServerVersion.Value,
                Description = "Recognises facial expressions. No picture is stored or logged.",
            };
            AddSample(document, needsKey);
            if (needsKey) RequireKey(document);
            return Task.CompletedTask;
        });
    }

    private static void DescribeRecognize(OpenApiOperation operation)
    {
        OpenApiSchema bytes = new() { Type = JsonSchemaType.String, Format = "binary" };
        OpenApiSchema form = new()
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["files"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = bytes },
            },
        };
        Dictionary<string, OpenApiMediaType> content = [];
        foreach (string type in PictureTypes) content[type] = new OpenApiMediaType { Schema = bytes };
        content["multipart/form-data"] = new OpenApiMediaType { Schema = form };
        operation.RequestBody = new OpenApiRequestBody { Required = true, Content = content };
        operation.Parameters =
        [
            new OpenApiParameter
            {
                Name = "faces",
                In = ParameterLocation.Query,
                Description = "All faces, the largest, or the whole picture as one face.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["all", "largest", "whole"], Default = "all" },
            },
            new OpenApiParameter
            {
                Name = "file",
                In = ParameterLocation.Query,
                Description = "The picture's name in the answer; files of a form have their own.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Default = "picture" },
            },
        ];
        if (operation.Responses?["200"].Content?["application/json"] is { Schema: { } picture } answer)
        {
            answer.Schema = new OpenApiSchema { OneOf = [picture, new OpenApiSchema { Type = JsonSchemaType.Array, Items = picture }] };
        }
    }

    private static void DescribeStream(OpenApiOperation operation)
    {
        operation.Responses ??= [];
        operation.Responses["101"] = new OpenApiResponse { Description = "The connection is a WebSocket from now on." };
    }

    // The page's own sample sends a file with curl's --data, which takes its line ends away.
    private static void AddSample(OpenApiDocument document, bool needsKey)
    {
        string? service = document.Servers is [OpenApiServer server, ..] ? server.Url : null;
        foreach ((string path, IOpenApiPathItem item) in document.Paths)
        {
            if (item.Operations?.GetValueOrDefault(HttpMethod.Post) is not { } recognize) continue;
            JsonObject sample = new()
            {
                ["lang"] = "shell",
                ["label"] = "curl",
                ["source"] = SampleCommand.Text(service, path, needsKey),
            };
            recognize.Extensions ??= new Dictionary<string, IOpenApiExtension>();
            recognize.Extensions["x-codeSamples"] = new JsonNodeExtension(new JsonArray(sample));
        }
    }

    private static void RequireKey(OpenApiDocument document)
    {
        document.AddComponent(KeyScheme, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" });
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, document)] = [] }];
    }
}
