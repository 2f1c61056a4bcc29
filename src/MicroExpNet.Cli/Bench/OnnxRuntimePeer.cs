using System.Runtime.CompilerServices;
using MicroExpNet.Models;
using MicroExpNet.Training;
using Microsoft.ML.OnnxRuntime;

namespace MicroExpNet.Cli.Bench;

/// <summary>ONNX Runtime on the same model, one thread a session, with its buffers bound once, so that a run copies nothing of
/// ours.</summary>
internal sealed class OnnxRuntimePeer : IPeer
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _runOptions = new();
    private readonly OrtValue _input;
    private readonly OrtValue _output;
    private readonly float[] _logits;

    /// <summary>Makes a model ready to run.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images"><c>[batch, channels, height, width]</c>, scaled as the model's card says.</param>
    /// <param name="batch">Images a run.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime cannot run it.</exception>
    public OnnxRuntimePeer(Model model, float[] images, int batch)
    {
        using MemoryStream file = new();
        model.Save(file);
        using SessionOptions options = OnnxRuntimeLog.Silent();
        options.IntraOpNumThreads = 1;
        options.InterOpNumThreads = 1;
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL;
        options.ExecutionMode = ExecutionMode.ORT_SEQUENTIAL;
        _session = new InferenceSession(file.ToArray(), options);
        _input = OrtValue.CreateTensorValueFromMemory(
            images, [batch, model.Architecture.Input.Channels, model.Architecture.Input.Height, model.Architecture.Input.Width]);
        _logits = new float[batch * model.Architecture.Output.Length];
        _output = OrtValue.CreateTensorValueFromMemory(_logits, [batch, model.Architecture.Output.Length]);
        _binding = _session.CreateIoBinding();
        _binding.BindInput(_session.InputMetadata.Keys.Single(), _input);
        _binding.BindOutput(_session.OutputMetadata.Keys.Single(), _output);
    }

    /// <summary>ONNX Runtime's version; null where it is not installed.</summary>
    public static string? Version()
    {
        try
        {
            return ReadVersion();
        }
        catch (Exception e) when (
            e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException or FileNotFoundException
            or FileLoadException or TypeInitializationException or OnnxRuntimeException)
        {
            return null;
        }
    }

    /// <summary>Makes a model ready to run; null where ONNX Runtime cannot run it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images"><c>[batch, channels, height, width]</c>.</param>
    /// <param name="batch">Images a run.</param>
    public static OnnxRuntimePeer? TryCreate(Model model, float[] images, int batch)
    {
        try
        {
            return new OnnxRuntimePeer(model, images, batch);
        }
        catch (OnnxRuntimeException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Logits => _logits;

    /// <inheritdoc/>
    public void Run() => _session.RunWithBinding(_runOptions, _binding);

    /// <inheritdoc/>
    public void Dispose()
    {
        _binding.Dispose();
        _input.Dispose();
        _output.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }

    // Apart, so that a missing library shows where it can be caught.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string ReadVersion()
    {
        OnnxRuntimeLog.Silence();
        return OrtEnv.Instance().GetVersionString();
    }
}
