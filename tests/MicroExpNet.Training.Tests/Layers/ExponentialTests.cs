using MicroExpNet.Architectures;
using MicroExpNet.Training.Kernels;

namespace MicroExpNet.Training.Tests.Layers;

public class ExponentialTests
{
    [Fact]
    public void Doubles_are_exact_but_for_their_last_bits()
    {
        Random random = new(5);
        for (int i = 0; i < 100_000; i++)
        {
            double x = (random.NextDouble() * 175) - 87, exact = Math.Exp(x);
            Assert.InRange(Math.Abs(Exponential.Of<DoubleLanes, double, double>(x) - exact) / exact, 0, 1e-15);
        }
    }
}
