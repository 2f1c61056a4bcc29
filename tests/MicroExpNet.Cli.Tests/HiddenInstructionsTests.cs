using System.Diagnostics;
using System.Text.Json;
using MicroExpNet.Tests;

namespace MicroExpNet.Cli.Tests;

/// <summary>The whole command on processors that have fewer instructions than this one, as far as .NET's switches can hide them.</summary>
public sealed class HiddenInstructionsTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task The_sample_s_faces_and_probabilities_are_the_same_without(string variable)
    {
        JsonElement[] expected = await FacesAsync(), actual = await FacesAsync(variable);
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(Box), actual.Select(Box));
        foreach ((JsonElement a, JsonElement b) in expected.Zip(actual))
        {
            Dictionary<string, double> probabilities = Probabilities(b);
            Assert.All(Probabilities(a), pair => Assert.Equal(pair.Value, probabilities[pair.Key], 1e-3));
        }
    }

    private static async Task<JsonElement[]> FacesAsync(params string[] hidden)
    {
        using Process process = MexpProcess.StartUnder(
            hidden, "predict", ReferenceData.Repository("samples/astronaut.png"), "--format", "json");
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await error);
        return [.. JsonDocument.Parse(output).RootElement[0].GetProperty("faces").EnumerateArray()];
    }

    private static string Box(JsonElement face) => face.GetProperty("box").GetRawText();

    private static Dictionary<string, double> Probabilities(JsonElement face) =>
        face.GetProperty("probabilities").EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetDouble());
}
