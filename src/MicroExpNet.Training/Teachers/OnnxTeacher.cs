using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MicroExpNet.Imaging;
using MicroExpNet.Inference;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Evaluation;
using MicroExpNet.Training.Keras;
using Microsoft.ML.OnnxRuntime;

namespace MicroExpNet.Training.Teachers;

/// <summary>
/// A network of any size that recognises expressions, run by ONNX Runtime. Its input is <c>[N, channels, height, width]</c> or
/// <c>[N, height, width, channels]</c> with 1 channel, or with 3 that all get the same grey value.
/// </summary>
public sealed class OnnxTeacher : IDisposable
{
    private const int Batch = 32;
    private const double ProbabilityTolerance = 1e-3;

    private readonly string _path;
    private readonly InferenceSession _session;
    private readonly string _input;
    private readonly string _output;
    private readonly bool _channelsLast;
    private readonly int _channels;
    private readonly int _height;
    private readonly int _width;
    private readonly int _fixedBatch;
    private readonly float _scale;
    private readonly float _offset;
    private readonly ModelCard _card;
    private readonly bool _mirror;
    private readonly Lock _guard = new();
    private bool _isDisposed;

    /// <summary>Opens a teacher.</summary>
    /// <param name="path">An ONNX file.</param>
    /// <param name="options">How it reads faces, where its file does not say.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ModelFormatException">The file is not such a network, or neither it nor the options say how it reads
    /// faces, or it takes more operations than the options allow.</exception>
    public OnnxTeacher(string path, TeacherOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        _path = path;
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: no such file", path);
        if (KerasFile.IsHdf5(path)) throw Fault("a Keras model; turn it into ONNX first: mexp import FILE.h5 -o FILE.onnx");
        Model? own = Read(path);
        Check(own, options.MaxOperations);
        try
        {
            using SessionOptions silent = OnnxRuntimeLog.Silent();
            _session = new InferenceSession(path, silent);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelFormatException($"{path}: ONNX Runtime can't load it ({FirstLine(e.Message)})", e);
        }

        (_input, NodeMetadata node) = _session.InputMetadata.First();
        _output = _session.OutputMetadata.First().Key;
        int[] shape = node.Dimensions;
        if (shape.Length != 4 || node.ElementType != typeof(float))
        {
            throw Fault($"its input is {node.ElementType.Name} [{string.Join(", ", shape)}]; expected float [N, channels, height, width]");
        }
        _channelsLast = shape[1] is not (1 or 3) && shape[3] is 1 or 3;
        _channels = _channelsLast ? shape[3] : shape[1];
        if (_channels is not (1 or 3)) throw Fault($"its input has {_channels} channels; expected 1 or 3");
        (int height, int width) = _channelsLast ? (shape[1], shape[2]) : (shape[2], shape[3]);
        if (height < 1 || width < 1)
        {
            (height, width) = options.InputSize ?? throw Fault("it reads faces of any size; say which with --teacher-size, e.g. 224x224");
        }
        (_height, _width) = (height, width);
        _fixedBatch = Math.Max(shape[0], 0);
        Dictionary<string, string> metadata = _session.ModelMetadata.CustomMetadataMap;
        _scale = options.PixelScale ?? Number(metadata, "pixel_scale", 1);
        _offset = options.PixelOffset ?? Number(metadata, "pixel_offset", 0);
        _card = own?.Card ?? new ModelCard();
        _mirror = options.Mirror || _card.MirrorMean;
        Labels = options.Labels is { IsDefault: false } labels ? labels : ReadLabels(metadata)
            ?? throw Fault("it does not say what its outputs mean; give their names with --teacher-labels, e.g. neutral,happy,…");
        int[] outputs = _session.OutputMetadata.First().Value.Dimensions;
        if (outputs.Skip(1).All(size => size > 0) && outputs.Skip(1).Aggregate(1, (a, b) => a * b) is var count && count != Labels.Length)
        {
            throw Fault($"it gives {count} outputs for {Labels.Length} labels");
        }
    }

    /// <summary>The names of its outputs.</summary>
    public ImmutableArray<string> Labels { get; }

    /// <summary>
    /// The teacher's logits for every face, in the order of the data set's classes. A class the teacher does not have gets the lowest of
    /// the
    /// face's other logits. Classes that only the teacher has are left out. Where the teacher gives probabilities, their logarithms are the
    /// logits, up to a constant.
    /// </summary>
    /// <param name="data">The faces.</param>
    /// <param name="cancellationToken">Stops the run before its next batch.</param>
    /// <returns>For each face <c>[classes]</c>.</returns>
    /// <exception cref="ModelFormatException">It shares fewer than two classes with the data set, its output does not fit its labels, or
    /// gives values that are not numbers.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="ObjectDisposedException">The teacher was disposed of.</exception>
    public ImmutableArray<float[]> Logits(FaceDataSet data, CancellationToken cancellationToken = default)
    {
        data.RequireConsistent();
        int[] columns = [.. data.Labels.Select(label => ClassNames.Find(Labels, label))];
        if (columns.Count(column => column >= 0) < 2)
        {
            throw Fault(
                $"its classes ({string.Join(", ", Labels)}) and the data set's ({string.Join(", ", data.Labels)}) have fewer than two " +
                "in common");
        }
        float[][] raw = new float[data.Samples.Length][];
        int batch = _fixedBatch > 0 ? _fixedBatch : Batch;
        try
        {
            for (int first = 0; first < raw.Length; first += batch)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Run(data, first, Math.Min(batch, raw.Length - first), batch, raw);
            }
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelFormatException($"teacher {_path}: ONNX Runtime can't run it ({FirstLine(e.Message)})", e);
        }

        if (raw.Any(row => !row.All(float.IsFinite)))
        {
            throw Fault("its logits are not numbers; are --teacher-scale and --teacher-offset right?");
        }
        bool probabilities = raw.All(row => row.All(value => value >= 0) && Math.Abs(row.Sum() - 1) < ProbabilityTolerance);
        return [.. raw.Select(row => Map(row, columns, probabilities))];
    }

    /// <summary>The classes of a data set that the teacher does not have.</summary>
    /// <param name="data">The data set.</param>
    public ImmutableArray<string> Lacks(FaceDataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return [.. data.Labels.Where(label => ClassNames.Find(Labels, label) < 0)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // ONNX Runtime ends the process where a session that is gone is run, or one that runs goes.
        lock (_guard)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            _session.Dispose();
        }
    }

    private static float[] Map(float[] row, int[] columns, bool probabilities)
    {
        float[] logits = [
            .. columns.Select(column => column < 0 ? float.NaN : probabilities ? MathF.Log(MathF.Max(row[column], 1e-12f)) : row[column])];
        float lowest = logits.Where(logit => !float.IsNaN(logit)).Min();
        return [.. logits.Select(logit => float.IsNaN(logit) ? lowest : logit)];
    }

    private static string FirstLine(string text) => text.AsSpan().IndexOf('\n') is >= 0 and int end ? text[..end] : text;

    private void Run(FaceDataSet data, int first, int count, int batch, float[][] results)
    {
        float[] input = new float[batch * _channels * _height * _width];
        for (int view = 0; view < (_mirror ? 2 : 1); view++)
        {
            bool mirrored = view == 1;
            Parallel.For(
                0, count, i =>
                Fill(data.Samples[first + i].Image, mirrored,
                input.AsSpan(i * _channels * _height * _width, _channels * _height * _width)));
            long[] shape = _channelsLast ? [batch, _height, _width, _channels] : [batch, _channels, _height, _width];
            using OrtValue value = OrtValue.CreateTensorValueFromMemory(input, shape);
            using RunOptions options = new();
            using IDisposableReadOnlyCollection<OrtValue> outputs = RunSession(options, value);
            ReadOnlySpan<float> output = outputs[0].GetTensorDataAsSpan<float>();
            if (output.Length != batch * Labels.Length) throw Fault($"it gives {output.Length / batch} outputs for {Labels.Length} labels");
            for (int i = 0; i < count; i++)
            {
                float[] row = output.Slice(i * Labels.Length, Labels.Length).ToArray();
                results[first + i] = mirrored ? [.. row.Zip(results[first + i], (a, b) => (a + b) / 2)] : row;
            }
        }
    }

    private IDisposableReadOnlyCollection<OrtValue> RunSession(RunOptions options, OrtValue input)
    {
        lock (_guard)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _session.Run(options, [_input], [input], [_output]);
        }
    }

    private void Fill(GrayImage image, bool mirrored, Span<float> destination)
    {
        byte[] pixels = new byte[_height * _width];
        if (image.Width == _width && image.Height == _height) image.Pixels.CopyTo(pixels, 0);
        else PreparedFaces.Resize(image, _card, pixels, _width, _height);
        (float scale, float offset) = (_scale, _offset);
        if (_card.Leveling != 0) (scale, offset) = CropLeveling.Apply(pixels, _card.Leveling, scale, offset);
        for (int i = 0; i < pixels.Length; i++)
        {
            int from = mirrored ? (i / _width * _width) + _width - 1 - (i % _width) : i;
            float value = (pixels[from] * scale) + offset;
            for (int channel = 0; channel < _channels; channel++)
            {
                destination[_channelsLast ? (i * _channels) + channel : (channel * pixels.Length) + i] = value;
            }
        }
    }

    // What this library reads says how a face is prepared and how much work it is; the rest is for ONNX Runtime alone.
    private static Model? Read(string path)
    {
        try
        {
            return Model.Load(path);
        }
        catch (ModelFormatException)
        {
            return null;
        }
    }

    private void Check(Model? own, long maxOperations)
    {
        try
        {
            if (own is not null)
            {
                OperationCount.Check(own.Architecture, maxOperations);
            }
        }
        catch (ModelFormatException e)
        {
            throw Fault(e.Message);
        }
    }

    private float Number(Dictionary<string, string> metadata, string key, float otherwise)
    {
        if (!metadata.TryGetValue(key, out string? text)) return otherwise;
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value)
            ? value
            : throw Fault($"its metadata '{key}' is '{text}'; expected a number");
    }

    private ImmutableArray<string>? ReadLabels(Dictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue("labels", out string? text)) return null;
        if (!text.TrimStart().StartsWith('[')) return [.. text.Split(',', StringSplitOptions.TrimEntries)];
        try
        {
            return [.. JsonSerializer.Deserialize(text, TrainingJson.Default.StringArray)!];
        }
        catch (JsonException)
        {
            throw Fault($"its metadata 'labels' is '{text}'; expected names separated by commas");
        }
    }

    private ModelFormatException Fault(string message) => new($"teacher {_path}: {message}");
}
