namespace MicroExpNet.Inference;

/// <summary>The instruction sets that kernels are compiled for.</summary>
internal enum InstructionSet
{
    /// <summary>Any processor.</summary>
    Plain,

    /// <summary>ARM AdvSIMD.</summary>
    AdvSimd,

    /// <summary>x86 AVX2 with FMA.</summary>
    Avx2,

    /// <summary>x86 AVX-512F.</summary>
    Avx512,
}
