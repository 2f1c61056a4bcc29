namespace MicroExpNet.Benchmarks;

/// <summary>The speed of one network with one batch size and number of callers.</summary>
internal sealed record NetworkSpeed
{
    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>What this library computes in: 32 for floats, 8 for a quantised model.</summary>
    public int Bits { get; init; } = 32;

    /// <summary>Images a call.</summary>
    public required int Batch { get; init; }

    /// <summary>Threads that call at the same time.</summary>
    public required int Callers { get; init; }

    /// <summary>Whether 3 MB of other memory were read and written before each call.</summary>
    public bool Cold { get; init; }

    /// <summary>The median time of an image, with this library.</summary>
    public required double Microseconds { get; init; }

    /// <summary>Multiply-adds an image by the definition of a convolution.</summary>
    public required long MultiplyAdds { get; init; }

    /// <summary>Multiply-adds an image that are left to do where convolutions are done as tiles.</summary>
    public required long MultiplyAddsDone { get; init; }

    /// <summary>Multiply-adds a second that as many threads can do on this processor, measured in the same rounds: the median.</summary>
    public required double LimitPerSecond { get; init; }

    /// <summary>The multiply-adds done as a share of what the processor can do in floats, round by round: the median.</summary>
    public required double ShareOfLimit { get; init; }

    /// <summary>ONNX Runtime's speed.</summary>
    public required PeerSpeed OnnxRuntime { get; init; }

    /// <summary>ONNX Runtime's speed on the quantised model; null for a model of floats.</summary>
    public PeerSpeed? OnnxRuntimeIn8Bits { get; init; }

    /// <summary>The speed of OpenCV's DNN module; null where it did not load.</summary>
    public PeerSpeed? OpenCv { get; init; }
}
