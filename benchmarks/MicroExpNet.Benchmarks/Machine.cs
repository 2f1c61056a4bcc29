using System.Reflection;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Environments;
using MicroExpNet.Inference;
using Microsoft.ML.OnnxRuntime;

namespace MicroExpNet.Benchmarks;

/// <summary>What a comparison ran on.</summary>
internal static class Machine
{
    /// <summary>Puts speeds into a report of this machine.</summary>
    /// <param name="processor">The processor's name; null for what the system calls it, which on rented machines tells little.</param>
    /// <param name="networks">What was measured.</param>
    public static SpeedReport Describe(string? processor, NetworkSpeed[] networks) => new()
    {
        Date = DateOnly.FromDateTime(DateTime.UtcNow),
        Processor = processor ?? HostEnvironmentInfo.GetCurrent().Cpu.Value?.ProcessorName?.Trim() ?? $"{RuntimeInformation.ProcessArchitecture}",
        Cores = Environment.ProcessorCount,
        InstructionSet = PlanCompiler.Best switch
        {
            InstructionSet.Avx512 => "AVX-512",
            InstructionSet.Avx2 => "AVX2",
            InstructionSet.AdvSimd => "AdvSIMD",
            _ => "no vectors",
        },
        OperatingSystem = RuntimeInformation.OSDescription,
        Runtime = RuntimeInformation.FrameworkDescription,
        MicroExpNet = typeof(Network).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        OnnxRuntime = OrtEnv.Instance().GetVersionString(),
        OpenCv = OpenCvPeer.Version,
        Rounds = PairedComparison.Rounds,
        Networks = networks,
    };
}
