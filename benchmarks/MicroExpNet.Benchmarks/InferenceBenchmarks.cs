using BenchmarkDotNet.Attributes;
using MicroExpNet.Cli.Bench;
using MicroExpNet.Models;

namespace MicroExpNet.Benchmarks;

/// <summary>One call of each runtime on one thread. Where OpenCV does not load, its row has no figures. BenchmarkDotNet derives from
/// it.</summary>
[MemoryDiagnoser]
public class InferenceBenchmarks : IDisposable
{
    private Network _network = null!;
    private float[] _images = [];
    private float[] _logits = [];
    private IPeer? _peer;

    [Params(1, 64)]
    public int Batch { get; set; }

    [GlobalSetup(Target = nameof(MicroExpNet))]
    public void SetUpMicroExpNet()
    {
        Model model = Draw();
        _network = new Network(model);
        _logits = new float[Batch * model.Architecture.Labels.Length];
    }

    [GlobalSetup(Target = nameof(OnnxRuntime))]
    public void SetUpOnnxRuntime() => _peer = new OnnxRuntimePeer(Draw(), _images, Batch);

    [GlobalSetup(Target = nameof(OpenCvDnn))]
    public void SetUpOpenCv() => _peer = new OpenCvPeer(Draw(), _images, Batch);

    [GlobalCleanup]
    public void Dispose()
    {
        _peer?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void MicroExpNet() => _network.Run(_images, Batch, _logits);

    [Benchmark(Baseline = true)]
    public void OnnxRuntime() => _peer!.Run();

    [Benchmark]
    public void OpenCvDnn() => _peer!.Run();

    private Model Draw()
    {
        Model model = SampleModel.Create();
        _images = SampleModel.Images(model, Batch);
        return model;
    }
}
