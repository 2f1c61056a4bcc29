namespace MicroExpNet.Cli.Bench;

/// <summary>Another runtime with a network loaded and its images in place, on one thread.</summary>
internal interface IPeer : IDisposable
{
    /// <summary>The logits of the last run, <c>[batch, classes]</c>.</summary>
    ReadOnlySpan<float> Logits { get; }

    /// <summary>Runs the network on the images.</summary>
    void Run();
}
