using MicroExpNet.Architectures;
using MicroExpNet.Inference;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Models;

namespace MicroExpNet.Fuzz;

/// <summary>Runs a model on every instruction set of this processor.</summary>
internal static class RunnableModel
{
    // Most runs are short, so that many files are tried.
    private const long MaxOperations = 20_000_000, OrdinaryOperations = 500_000, MaxInput = 1 << 20;

    // 64 MiB, exceeded now and then.
    private const int MaxScratch = 1 << 24;

    /// <summary>Compiles a model and, where it is small, runs it on two random images.</summary>
    /// <param name="model">The model.</param>
    /// <param name="random">Decides the images.</param>
    /// <returns>Whether it could be compiled.</returns>
    public static bool Run(Model model, Random random)
    {
        Architecture architecture = model.Architecture;
        bool isSmall = architecture.Input.Length <= MaxInput
            && IsQuick(architecture, random.Next(20) == 0 ? MaxOperations : OrdinaryOperations);
        bool accepted = true;
        float[]? first = null;
        byte[] images = isSmall ? new byte[2 * architecture.Input.Length] : [];
        random.NextBytes(images);
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            try
            {
                InferencePlan plan = PlanCompiler.Compile(model, target);
                if (!isSmall || (plan.ScratchLength > MaxScratch && random.Next(16) > 0)) continue;
                Network network = new(model, target);
                float[] outputs = new float[2 * architecture.Output.Length];
                network.Run(images, 2, outputs);
                first ??= outputs;
                Compare(first, outputs, model, target);
            }
            catch (ModelFormatException)
            {
                accepted = false;
            }
        }

        return accepted;
    }

    private static bool IsQuick(Architecture architecture, long maxOperations)
    {
        try
        {
            OperationCount.Check(architecture, maxOperations);
            return true;
        }
        catch (ModelFormatException)
        {
            return false;
        }
    }

    // Bytes may be rounded either way, and weights of any size lose digits: only networks of ordinary floats are compared.
    private static void Compare(float[] expected, float[] outputs, Model model, KernelTarget target)
    {
        if (model.Quantization is not null || expected.Any(value => !(Math.Abs(value) < 1e6f))) return;
        float largest = Math.Max(expected.Max(Math.Abs), 1);
        bool ordinary = model.Parameters.All(parameters => parameters is null || parameters.Weights.All(weight => Math.Abs(weight) < 2));
        for (int i = 0; ordinary && i < outputs.Length; i++)
        {
            if (Math.Abs(outputs[i] - expected[i]) <= 1e-2f * largest) continue;
            throw new InvalidOperationException($"{target}: output {i} is {outputs[i]}; expected {expected[i]}");
        }
    }
}
