using MicroExpNet.Training.Losses;

namespace MicroExpNet.Training.Tests.Losses;

public sealed class DistillationLossTests
{
    private static readonly double[] Logits = [0.3, -1.2, 2.5, 0.1];
    private static readonly float[] Soft = [0.1f, 0.2f, 0.6f, 0.1f];
    private static readonly float[] Teacher = [4, -2, 7, 0.5f];

    [Theory]
    [InlineData(8, 0.5, false, true)]
    [InlineData(8, 0.5, true, true)]
    [InlineData(2, 0.6, true, true)]
    [InlineData(1, 1, false, true)]
    [InlineData(8, 0.5, false, false)]
    public void Loss_is_the_formula_and_its_gradient_the_differences(double temperature, double lambda, bool scaled, bool taught)
    {
        DistillationLoss loss = new(temperature, lambda, scaled);
        float[] teacher = taught ? Teacher : [];
        double[] gradient = new double[4], unused = new double[4];
        double share = taught ? lambda : 0, factor = scaled ? temperature * temperature : 1;
        double expected = (1 - share) * CrossEntropy(Soft.Select(value => (double)value), Logits);
        if (taught)
        {
            expected += share * factor * CrossEntropy(
                Softmax(Teacher.Select(value => value / temperature)), [.. Logits.Select(value => value / temperature)]);
        }
        Assert.Equal(0.25 * expected, loss.Compute<double>(Logits, Soft, teacher, 0.25, gradient), 1e-6);
        for (int i = 0; i < 4; i++)
        {
            double[] above = [.. Logits], below = [.. Logits];
            above[i] += 1e-5;
            below[i] -= 1e-5;
            Assert.Equal(
                (loss.Compute<double>(above, Soft, teacher, 0.25, unused) - loss.Compute<double>(
                below, Soft, teacher, 0.25, unused)) / 2e-5, gradient[i], 1e-8);
        }
    }

    private static double CrossEntropy(IEnumerable<double> targets, double[] logits) =>
        -targets.Zip(Softmax(logits), (target, share) => target * Math.Log(share)).Sum();

    private static double[] Softmax(IEnumerable<double> logits)
    {
        double[] powers = [.. logits.Select(Math.Exp)];
        return [.. powers.Select(power => power / powers.Sum())];
    }
}
