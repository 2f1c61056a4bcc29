using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.Winograd;

/// <summary>
/// Winograd's minimal filtering F(m, r) (Winograd 1980; Lavin, Gray 2016): m adjacent outputs of a filter of r taps, of stride 1, with
/// m + r − 1 multiplications: <c>y = Aᵀ[(G·g) ⊙ (Bᵀ·d)]</c>, the transpose of a product of polynomials by their values at m + r − 2 nodes
/// and at infinity. Applied to rows and then to columns it does a square tile. This is the part that tiles of floats and of 16-bit integers
/// have in common.
/// </summary>
/// <remarks>
/// Filters are transformed once, in double precision, from <see cref="Nodes"/> (<see cref="WinogradFilters"/>); input and output
/// transforms are written by hand, because they run for every tile.
/// </remarks>
internal unsafe interface IWinogradOutput
{
    /// <summary>m: outputs of a tile along one axis, 2 to 4.</summary>
    static abstract int Outputs { get; }

    /// <summary>The finite nodes, m + r − 2 of them.</summary>
    static abstract ReadOnlySpan<double> Nodes { get; }

    /// <summary>Aᵀ along one axis: reads m + r − 1 vectors and gives m; those past m have no meaning.</summary>
    /// <param name="from">The first vector.</param>
    /// <param name="stride">Floats from one to the next.</param>
    /// <param name="y0">The first output.</param>
    /// <param name="y1">The second.</param>
    /// <param name="y2">The third.</param>
    /// <param name="y3">The fourth.</param>
    static abstract void TransformOutput<TLanes, TVector>(
        float* from, nint stride, out TVector y0, out TVector y1, out TVector y2, out TVector y3)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged;
}
