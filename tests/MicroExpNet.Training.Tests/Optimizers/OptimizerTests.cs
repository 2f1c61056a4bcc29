using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Training.Tests.Optimizers;

public sealed class OptimizerTests
{
    [Theory]
    [InlineData(OptimizerKind.Adam, 1)]
    [InlineData(OptimizerKind.Adam, 19)]
    [InlineData(OptimizerKind.AdamW, 1)]
    [InlineData(OptimizerKind.AdamW, 19)]
    [InlineData(OptimizerKind.Sgd, 19)]
    public void Steps_are_the_papers_formulas_in_double_precision(OptimizerKind kind, int count)
    {
        const double rate = 0.01, decay = 0.1;
        Random random = new(3);
        float[] values = [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        double[] expected = [.. values.Select(value => (double)value)], mean = new double[count], square = new double[count];
        Optimizer optimizer = Optimizer.Create(kind, count, momentum: 0.9);
        for (int step = 1; step <= 20; step++)
        {
            float[] gradients = [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
            optimizer.Begin(rate);
            optimizer.Update(0, values, [.. gradients], decay);
            for (int i = 0; i < count; i++)
            {
                if (kind == OptimizerKind.Sgd)
                {
                    double g = gradients[i] + (decay * expected[i]);
                    mean[i] = (0.9 * mean[i]) + g;
                    expected[i] -= rate * (g + (0.9 * mean[i]));
                    continue;
                }

                // Adam regularises: the decay is part of the gradient, and of its moments. AdamW decouples it.
                double own = gradients[i] + (kind == OptimizerKind.Adam ? decay * expected[i] : 0);
                mean[i] = (0.9 * mean[i]) + (0.1 * own);
                square[i] = (0.999 * square[i]) + (0.001 * own * own);
                double size = rate * Math.Sqrt(1 - Math.Pow(0.999, step)) / (1 - Math.Pow(0.9, step));
                if (kind == OptimizerKind.AdamW) expected[i] -= rate * decay * expected[i];
                expected[i] -= size * mean[i] / (Math.Sqrt(square[i]) + 1e-8);
            }
        }

        for (int i = 0; i < count; i++) Assert.Equal(expected[i], values[i], 1e-5);
    }

    [Fact]
    public void Without_weight_decay_Adam_and_AdamW_are_the_same()
    {
        float[] first = [.. Enumerable.Range(0, 21).Select(i => i / 7f)], second = [.. first],
            gradient = [.. first.Select(value => value - 2)];
        Optimizer adam = Optimizer.Create(OptimizerKind.Adam, 21, 0), decoupled = Optimizer.Create(OptimizerKind.AdamW, 21, 0);
        for (int step = 0; step < 3; step++)
        {
            adam.Begin(0.1);
            adam.Update(0, first, gradient, 0);
            decoupled.Begin(0.1);
            decoupled.Update(0, second, gradient, 0);
        }

        Assert.Equal(first, second);
    }

    [Fact]
    public void Ranges_together_are_the_whole()
    {
        float[] whole = [.. Enumerable.Range(0, 40).Select(i => i / 10f)], parts = [.. whole],
            gradient = [.. whole.Select(value => value - 2)];
        Optimizer first = Optimizer.Create(OptimizerKind.Adam, 40, 0), second = Optimizer.Create(OptimizerKind.Adam, 40, 0);
        for (int step = 0; step < 3; step++)
        {
            first.Begin(0.1);
            first.Update(0, whole, gradient, 0);
            second.Begin(0.1);
            second.Update(0, parts.AsSpan(0, 13), gradient.AsSpan(0, 13), 0);
            second.Update(13, parts.AsSpan(13), gradient.AsSpan(13), 0);
        }

        for (int i = 0; i < 40; i++) Assert.Equal(whole[i], parts[i], 1e-6);
    }

    [Fact]
    public void Schedules_pass_through_their_marks()
    {
        LearningRateSchedule cycle = new(ScheduleKind.OneCycle, 1, 1000, 0, 0);
        Assert.Equal(0.04, cycle.At(0), 1e-9);
        Assert.Equal(1, cycle.At(300), 1e-9);
        Assert.Equal(0.5, cycle.At(650), 1e-9);
        Assert.True(cycle.At(999) < 1e-5);
        LearningRateSchedule cosine = new(ScheduleKind.Cosine, 1, 1000, 100, 0);
        Assert.Equal(0.01, cosine.At(0), 1e-9);
        Assert.Equal(1, cosine.At(100), 1e-9);
        Assert.Equal(0.5, cosine.At(550), 1e-9);
        LearningRateSchedule steps = new(ScheduleKind.Step, 1, 1000, 0, 400);
        Assert.Equal([1, 1, 0.1, 0.01], new[] { 0L, 399, 400, 800 }.Select(steps.At), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(1, new LearningRateSchedule(ScheduleKind.Constant, 1, 10, 0, 0).At(9));
    }
}
