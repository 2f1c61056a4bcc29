using MicroExpNet.Models;
using Microsoft.ML.OnnxRuntime;

namespace MicroExpNet.Benchmarks;

/// <summary>ONNX Runtime on the same model file, with its buffers bound once so that a run copies and allocates nothing of ours.</summary>
internal sealed class OnnxRuntimePeer : IPeer
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _runOptions = new();
    private readonly OrtValue _input;
    private readonly OrtValue _output;
    private readonly float[] _logits;

    public OnnxRuntimePeer(Model model, float[] images, int batch)
    {
        using MemoryStream file = new();
        model.Save(file);
        using SessionOptions options = new()
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        };
        _session = new InferenceSession(file.ToArray(), options);
        _logits = new float[batch * model.Architecture.Labels.Length];
        _input = OrtValue.CreateTensorValueFromMemory(images, [batch, model.Architecture.Input.Channels, model.Architecture.Input.Height, model.Architecture.Input.Width]);
        _output = OrtValue.CreateTensorValueFromMemory(_logits, [batch, model.Architecture.Labels.Length]);
        _binding = _session.CreateIoBinding();
        _binding.BindInput(_session.InputMetadata.Keys.Single(), _input);
        _binding.BindOutput(_session.OutputMetadata.Keys.Single(), _output);
    }

    public ReadOnlySpan<float> Logits => _logits;

    public void Run() => _session.RunWithBinding(_runOptions, _binding);

    public void Dispose()
    {
        _binding.Dispose();
        _input.Dispose();
        _output.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }
}
