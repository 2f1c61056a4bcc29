using System.Text.Json.Nodes;

namespace MicroExpNet.Training.Tests.Keras;

/// <summary>A layer of a model that a test makes, or a model inside it.</summary>
/// <param name="Kind">Its class, as Keras calls it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Inputs">The layers that it reads.</param>
/// <param name="Config">Its settings.</param>
/// <param name="Weights">Its weights in Keras's order, each with its role and shape.</param>
internal sealed record KerasTestLayer(
    string Kind, string Name, string[] Inputs, JsonObject Config, (string Role, int[] Shape, float[] Values)[] Weights)
{
    /// <summary>The layers of a nested model.</summary>
    public KerasTestModel? Model { get; init; }

    /// <summary>A weight's values.</summary>
    public float[] this[string role] => Weights.Single(weight => weight.Role == role).Values;

    /// <summary>A setting.</summary>
    public T Get<T>(string setting) => Config[setting]!.GetValue<T>();

    /// <summary>A setting of rows and columns.</summary>
    public (int Y, int X) Pair(string setting) => (Config[setting]![0]!.GetValue<int>(), Config[setting]![1]!.GetValue<int>());
}
