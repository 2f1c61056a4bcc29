using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Tests.Architectures;

/// <summary>The exponential of vectors against that of the base class library, which is exact but for the last bit of a double.</summary>
public class ExponentialTests
{
    [Fact]
    public void Floats_are_within_three_ten_millionths_from_minus_87_to_88_on_every_instruction_set()
    {
        foreach (KernelTarget target in KernelTarget.Supported) Assert.InRange(target.Call(new MaxError()), 0, 3e-7);
    }

    // The largest relative error of exp(x) and exp(x) − 1 over 200,000 arguments, of which half lie near 0.
    private sealed class MaxError : ILanesFunction<double>
    {
        public unsafe double Call<TLanes, TVector>()
            where TLanes : struct, IFloatLanes<TVector>
            where TVector : unmanaged
        {
            const int count = 200_000;
            Random random = new(5);
            float* values = stackalloc float[2 * TLanes.Count];
            double max = 0;
            for (int i = 0; i < count; i++)
            {
                float x = i % 2 == 0 ? (random.NextSingle() * 175) - 87 : (random.NextSingle() - 0.5f) * MathF.Pow(10, -random.Next(6));
                TLanes.Store(Exponential.Of<TLanes, TVector, float>(TLanes.Broadcast(x)), values);
                TLanes.Store(Exponential.MinusOne<TLanes, TVector, float>(TLanes.Broadcast(x)), values + TLanes.Count);
                double exact = Math.Exp(x), exactMinusOne = ExactMinusOne(x);
                max = Math.Max(max, Math.Abs(values[0] - exact) / exact);
                if (x != 0) max = Math.Max(max, Math.Abs((values[TLanes.Count] - exactMinusOne) / exactMinusOne));
            }

            return max;
        }

        // By its series where the difference of 1 would lose digits.
        private static double ExactMinusOne(double x)
        {
            if (Math.Abs(x) > 0.1) return Math.Exp(x) - 1;
            double sum = 0, term = 1;
            for (int n = 1; n < 20; n++) sum += term *= x / n;
            return sum;
        }
    }
}
