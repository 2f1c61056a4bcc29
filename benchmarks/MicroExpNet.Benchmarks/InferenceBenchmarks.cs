using BenchmarkDotNet.Attributes;
using MicroExpNet.Models;

namespace MicroExpNet.Benchmarks;

/// <summary>One call of each runtime on one thread.</summary>
[MemoryDiagnoser]
public sealed class InferenceBenchmarks : IDisposable
{
    private Network _network = null!;
    private float[] _images = [];
    private float[] _logits = [];
    private OnnxRuntimePeer _peer = null!;

    [Params(1, 64)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Model model = SampleModel.Create();
        _network = new Network(model);
        _images = SampleModel.Images(model, Batch);
        _logits = new float[Batch * model.Architecture.Labels.Length];
        _peer = new OnnxRuntimePeer(model, _images, Batch, threads: 1);
    }

    [GlobalCleanup]
    public void Dispose() => _peer.Dispose();

    [Benchmark]
    public void MicroExpNet() => _network.Run(_images, Batch, _logits);

    [Benchmark(Baseline = true)]
    public void OnnxRuntime() => _peer.Run();
}
