using System.Text.Json.Nodes;
using PureHDF;

namespace MicroExpNet.Training.Tests.Keras;

/// <summary>Writes a model as Keras does: <c>save_weights</c> or <c>model.save</c>, in HDF5.</summary>
internal static class KerasTestFile
{
    /// <summary>Writes weights alone.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="model">The model.</param>
    /// <param name="nameLength">The fixed length of the names, as in files of h5py 2; 0 for any length, as in those of h5py 3.</param>
    public static void WriteWeights(string path, KerasTestModel model, int nameLength = 0)
    {
        H5File file = [];
        AddWeights(file, model, nameLength > 0);
        file.Write(path, new H5WriteOptions(DefaultStringLength: nameLength));
    }

    /// <summary>Writes a whole model.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="model">The model.</param>
    /// <param name="description">Its description; its own where absent.</param>
    public static void WriteModel(string path, KerasTestModel model, JsonNode? description = null)
    {
        H5Group weights = [];
        AddWeights(weights, model, isFixed: false);
        H5File file = new() { ["model_weights"] = weights };
        file.Attributes["model_config"] = (description ?? model.ToJson()).ToJsonString();
        file.Attributes["keras_version"] = "2.4.0";
        file.Write(path);
    }

    /// <summary>A weight's values under their shape.</summary>
    public static H5Dataset Dataset(int[] shape, float[] values) =>
        new(values, fileDims: [.. shape.Select(size => (ulong)size)]);

    private static void AddWeights(H5Group root, KerasTestModel model, bool isFixed)
    {
        string[] layers = [.. model.Layers.Select(layer => layer.Name)];
        root.Attributes["layer_names"] = layers;
        root.Attributes["backend"] = "tensorflow";
        foreach (KerasTestLayer layer in model.Layers)
        {
            H5Group group = [];
            root[layer.Name] = group;
            (string Name, int[] Shape, float[] Values)[] weights = [.. AllWeights(layer)];
            group.Attributes["weight_names"] = weights.Length > 0 ? weights.Select(weight => weight.Name).ToArray()
                : isFixed ? (object)Array.Empty<double>() : Array.Empty<string>();
            foreach ((string name, int[] shape, float[] values) in weights)
            {
                string[] parts = name.Split('/');
                if (!group.TryGetValue(parts[0], out object? own)) group[parts[0]] = own = new H5Group();
                ((H5Group)own)[parts[1]] = Dataset(shape, values);
            }
        }
    }

    // Those of a nested model are under the names of their own layers, however deep these lie.
    private static IEnumerable<(string Name, int[] Shape, float[] Values)> AllWeights(KerasTestLayer layer) =>
        layer.Model is { } model
            ? model.Layers.SelectMany(AllWeights)
            : layer.Weights.Select(weight => ($"{layer.Name}/{weight.Role}:0", weight.Shape, weight.Values));
}
