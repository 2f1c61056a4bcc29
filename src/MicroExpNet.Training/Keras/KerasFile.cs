namespace MicroExpNet.Training.Keras;

/// <summary>
/// An HDF5 file of Keras: weights alone (<c>save_weights</c>), or a whole model (<c>model.save</c>) with its description. The values
/// of weights are read when they are asked for.
/// </summary>
internal sealed class KerasFile : IDisposable
{
    private const string WholeModel = "model_weights";
    private const int MaxNames = 100_000;

    private readonly string _path;
    private readonly Hdf5File _file;
    private readonly Hdf5Object _root;

    private KerasFile(string path)
    {
        _path = path;
        _file = Guard(() => Hdf5File.Open(path));
        try
        {
            _root = Guard(() => _file.Find(_file.Root, WholeModel) ?? _file.Root);
            Description = Guard(() => ReadDescription(_file.Root));
            Weights = Guard(ReadWeights);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The model as JSON; null where the file holds weights alone.</summary>
    public string? Description { get; }

    /// <summary>The weights of each layer of the outermost model that has some.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<KerasWeight>> Weights { get; }

    /// <summary>Whether a file begins as HDF5 does.</summary>
    /// <param name="path">The file.</param>
    public static bool IsHdf5(string path)
    {
        if (!File.Exists(path)) return false;
        using FileStream file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[8];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(Hdf5File.Signature);
    }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">It is no such file.</exception>
    public static KerasFile Open(string path) => new(path);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new ModelFormatException($"{_path}: damaged, or not HDF5 as Keras writes it: {e.Message}", e);
        }
    }

    private ModelFormatException Fault(string message) => new($"{_path}: {message}");

    private string? ReadDescription(Hdf5Object root)
    {
        const string name = "model_config";
        if (!root.Attributes.TryGetValue(name, out (Hdf5Type Type, byte[] Data) attribute)) return null;
        return attribute.Type is { Kind: Hdf5Kind.Text or Hdf5Kind.FixedText, Count: 1 }
            ? _file.Texts(attribute)[0]
            : throw Fault($"'{name}' is not one text");
    }

    private Dictionary<string, IReadOnlyList<KerasWeight>> ReadWeights()
    {
        List<string> layers = ReadNames(_root, "layer_names") ?? throw Fault(
            "no weights in it as Keras 2 writes them: the attribute 'layer_names' is missing; save the model as name.h5");
        Dictionary<string, IReadOnlyList<KerasWeight>> weights = [];
        foreach (string layer in layers)
        {
            Hdf5Object group = _file.Find(_root, layer) is { Links: not null } found ? found : throw Fault($"it has no group '{layer}'");
            KerasWeight[] own = [.. (ReadNames(group, "weight_names") ?? []).Select(name => Weight(group, layer, name))];
            if (own.Length > 0 && !weights.TryAdd(layer, own)) throw Fault($"two layers are called '{layer}'");
        }

        return weights;
    }

    // Keras cuts lists of more than 64 kB into name0, name1, and so on.
    private List<string>? ReadNames(Hdf5Object group, string attribute)
    {
        if (group.Attributes.TryGetValue(attribute, out (Hdf5Type, byte[]) whole)) return [.. ReadList(attribute, whole)];
        List<string>? names = null;
        for (int i = 0; group.Attributes.TryGetValue($"{attribute}{i}", out (Hdf5Type, byte[]) part); i++)
        {
            (names ??= []).AddRange(ReadList(attribute, part));
        }

        return names;
    }

    // Genuine files have texts of one fixed length, h5py 3 of any; a layer without weights has an empty list of numbers.
    private string[] ReadList(string name, (Hdf5Type Type, byte[] Data) attribute)
    {
        if (attribute.Type.Count == 0) return [];
        if (attribute.Type.Kind is not (Hdf5Kind.Text or Hdf5Kind.FixedText)) throw Fault($"'{name}' does not hold text");
        return attribute.Type is { Dimensions.Count: 1, Count: <= MaxNames }
            ? _file.Texts(attribute)
            : throw Fault($"'{name}' is no list of at most {MaxNames} names");
    }

    private KerasWeight Weight(Hdf5Object group, string layer, string name)
    {
        Hdf5Object data = _file.Find(group, name) is { Type: not null } found
            ? found
            : throw Fault($"layer '{layer}' has no weight '{name}'");
        Hdf5Type type = data.Type!;
        if (type.Kind != Hdf5Kind.Single) throw Fault($"weight '{name}' is not of float32, little-endian");
        if (data.Address is null && data.Compact is null)
        {
            throw Fault($"weight '{name}' is not stored in one piece, as Keras writes it (h5repack -l CONTI -f NONE makes it so)");
        }

        if (type.Count * sizeof(float) > _file.Length)
        {
            throw Fault($"weight '{name}', [{string.Join(", ", type.Dimensions)}], has more values than fit into the file");
        }

        return new KerasWeight(name, [.. type.Dimensions.Select(size => (int)size)], () => Guard(() => Read(data, name)));
    }

    private float[] Read(Hdf5Object data, string name)
    {
        float[] values = _file.Values(data);
        return values.All(float.IsFinite) ? values : throw Fault($"weight '{name}' has values that are no finite numbers");
    }
}
