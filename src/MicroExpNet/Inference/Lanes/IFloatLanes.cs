namespace MicroExpNet.Inference.Lanes;

/// <summary>
/// The operations of one instruction set on vectors of floats, with those only the engine needs: conversion from and to bytes, and the
/// transpose. <see cref="KernelTarget"/> lists the implementations.
/// </summary>
/// <typeparam name="TVector">A vector of floats.</typeparam>
internal unsafe interface IFloatLanes<TVector> : ILanes<TVector, float>
    where TVector : unmanaged
{
    /// <summary>The instruction set's name, for people, e.g. <c>AVX-512</c>.</summary>
    static abstract string Name { get; }

    /// <summary>Whether this processor has it, and the program may use it.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>The environment variable that hides it from .NET when set to 0; null where no variable does.</summary>
    static abstract string? HidingVariable { get; }

    /// <summary>Reads one byte for each lane and converts it to a float, 0 to 255.</summary>
    static abstract TVector LoadBytes(byte* address);

    /// <summary>
    /// Rounds each value to the nearest integer, ties to even, adds <paramref name="zeroPoint"/> and writes one byte for each lane. The
    /// sums must be 0 to 255.
    /// </summary>
    static abstract void StoreBytes(TVector value, TVector zeroPoint, byte* address);

    /// <summary>Transposes a square matrix of as many rows and columns as a vector has lanes.</summary>
    /// <param name="from">The matrix.</param>
    /// <param name="fromStride">Floats from one of its rows to the next.</param>
    /// <param name="to">Receives the transpose; it may not overlap the matrix.</param>
    /// <param name="toStride">Floats from one row of the transpose to the next.</param>
    static abstract void Transpose(float* from, nint fromStride, float* to, nint toStride);
}
