using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference.Winograd;

/// <summary>
/// The input transform of a <see cref="WinogradConvolutionStep{TLanes, TVector, TTile}"/>, from tiles of the image to points.
/// </summary>
internal abstract unsafe class WinogradInput
{
    /// <summary>Floats of workspace that a block of tiles needs.</summary>
    public abstract int Length { get; }

    /// <summary>Floats from one tile's values at a point to the next tile's.</summary>
    public abstract int TileStride { get; }

    /// <summary>Offset of a point's values from the pointer that <see cref="Transform"/> returned, in floats.</summary>
    public abstract int PointOffset(int row, int column);

    /// <summary>The values that are multiplied at a point.</summary>
    public abstract Runs RunsAt(int row, int column);

    /// <summary>The taps that are multiplied at a point, in the order of the runs.</summary>
    public abstract (int Row, int Column, int Channel)[] TapsAt(int row, int column);

    /// <summary>Transforms a block of tiles.</summary>
    /// <param name="scratch">The scratch memory.</param>
    /// <param name="workspace">Memory for <see cref="Length"/> floats, kept from one block of an image to the next.</param>
    /// <param name="first">The number of the first tile.</param>
    /// <param name="count">Tiles in the block.</param>
    /// <returns>Where the block's values lie.</returns>
    public abstract float* Transform(float* scratch, float* workspace, int first, int count);
}
