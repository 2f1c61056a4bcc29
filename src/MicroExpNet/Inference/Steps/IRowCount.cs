namespace MicroExpNet.Inference.Steps;

/// <summary>A number the compiler knows: how many rows a register tile of <see cref="MatrixProduct{TLanes, TVector}"/> has.</summary>
internal interface IRowCount
{
    static abstract int Count { get; }
}
