using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference.Winograd;

/// <summary>
/// A dense convolution as Winograd tiles, with bias, activation and, where fused, a 2×2 max pool or the sum with an earlier layer. Tiles
/// are computed in blocks: the input transform, a small matrix product at each point (over channels and phases), the output transform. A
/// convolution of stride 2 or more is split into phases, whose products are summed at the points: one output transform serves them all.
/// </summary>
internal abstract unsafe class WinogradStep : Step
{
    private readonly int _workspace;

    /// <summary>Prepares the blocks.</summary>
    /// <param name="geometry">The convolution's tiles.</param>
    /// <param name="filters">Filters of the convolution.</param>
    /// <param name="lanes">Floats in one vector.</param>
    /// <param name="workspace">Where the workspace starts, in floats.</param>
    internal WinogradStep(WinogradGeometry geometry, int filters, int lanes, int workspace)
    {
        Geometry = geometry;
        BlockTiles = WinogradBlock.Tiles(geometry, lanes);
        Vectors = (filters + lanes - 1) / lanes;
        Width = Vectors * lanes;
        _workspace = workspace;
    }

    public override int WorkspaceLength => InputLength + ((1 + Geometry.Outputs) * Geometry.Points * BlockTiles * Width);

    /// <summary>The convolution's tiles.</summary>
    internal WinogradGeometry Geometry { get; }

    /// <summary>Tiles in a block.</summary>
    internal int BlockTiles { get; }

    /// <summary>Vectors of filters.</summary>
    internal int Vectors { get; }

    /// <summary>Filters, rounded up to whole vectors.</summary>
    internal int Width { get; }

    /// <summary>Floats of workspace for a block's values at the points.</summary>
    protected abstract int InputLength { get; }

    public override void Run(float* scratch)
    {
        float* inputs = scratch + _workspace;
        float* products = inputs + InputLength;
        float* rows = products + (Geometry.Points * BlockTiles * Width);
        int tiles = Geometry.TilesX * Geometry.TilesY;
        for (int first = 0; first < tiles;)
        {
            int left = Geometry.InRows ? Geometry.TilesX - (first % Geometry.TilesX) : tiles - first;

            // As few blocks as possible, of nearly equal length.
            int blocks = (left + BlockTiles - 1) / BlockTiles;
            int count = (left + blocks - 1) / blocks;
            float* values = Transform(scratch, inputs, first, count);
            int pointRows = first < Geometry.LastRowEnd ? Geometry.Points : Geometry.Points - 1;
            for (int row = 0; row < pointRows; row++)
            {
                MultiplyRow(values, row, products, rows + (row * Geometry.Outputs * count * Width), first, count);
            }

            StoreTiles(rows, first, count, scratch);
            first += count;
        }
    }

    /// <summary>Transforms a block of tiles to the points.</summary>
    /// <param name="scratch">The scratch memory.</param>
    /// <param name="workspace">Memory for <see cref="InputLength"/> floats, kept from one block of an image to the next.</param>
    /// <param name="first">The number of the first tile.</param>
    /// <param name="count">Tiles in the block.</param>
    /// <returns>Where the block's values lie.</returns>
    protected abstract float* Transform(float* scratch, float* workspace, int first, int count);

    /// <summary>Multiplies at one row of points and transforms the products to columns of outputs.</summary>
    /// <param name="values">What <see cref="Transform"/> returned.</param>
    /// <param name="row">The row of points.</param>
    /// <param name="products">Memory for the products.</param>
    /// <param name="outputs">Receives <c>[output column, tile, filter]</c>.</param>
    /// <param name="first">The number of the first tile.</param>
    /// <param name="count">Tiles in the block.</param>
    protected abstract void MultiplyRow(float* values, int row, float* products, float* outputs, int first, int count);

    /// <summary>Transforms columns of outputs to the outputs and stores them.</summary>
    /// <param name="rows"><c>[row point, output column, tile, filter]</c>.</param>
    /// <param name="first">The number of the first tile.</param>
    /// <param name="count">Tiles in the block.</param>
    /// <param name="scratch">The scratch memory.</param>
    protected abstract void StoreTiles(float* rows, int first, int count, float* scratch);
}
