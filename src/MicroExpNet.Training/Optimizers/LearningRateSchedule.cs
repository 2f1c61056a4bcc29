namespace MicroExpNet.Training.Optimizers;

/// <summary>The learning rate over a run.</summary>
/// <param name="Kind">Its shape.</param>
/// <param name="LearningRate">The highest learning rate, above 0.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="WarmUpSteps">Steps over which the rate first rises from 0; for <see cref="ScheduleKind.OneCycle"/> its rising part, 0 for
/// 0.3 of the run.</param>
/// <param name="DecaySteps">Steps after which <see cref="ScheduleKind.Step"/> divides the rate by ten.</param>
internal sealed record LearningRateSchedule(ScheduleKind Kind, double LearningRate, long Steps, long WarmUpSteps, long DecaySteps)
{
    private const double OneCycleStart = 1.0 / 25;
    private const double OneCycleRise = 0.3;

    /// <summary>The rate of a step, counted from 0.</summary>
    public double At(long step)
    {
        if (Kind == ScheduleKind.OneCycle)
        {
            double top = WarmUpSteps > 0 ? WarmUpSteps : Math.Max(1, OneCycleRise * Steps);
            return step < top
                ? LearningRate * (OneCycleStart + ((1 - OneCycleStart) * (1 - HalfCosine(step / top))))
                : LearningRate * HalfCosine((step - top) / Math.Max(1, Steps - top));
        }

        if (step < WarmUpSteps) return LearningRate * (step + 1) / WarmUpSteps;
        return Kind switch
        {
            ScheduleKind.Cosine => LearningRate * HalfCosine((double)(step - WarmUpSteps) / Math.Max(1, Steps - WarmUpSteps)),
            ScheduleKind.Step => LearningRate * Math.Pow(0.1, step / Math.Max(1, DecaySteps)),
            _ => LearningRate,
        };
    }

    // From 1 down to 0.
    private static double HalfCosine(double share) => (1 + Math.Cos(Math.PI * Math.Clamp(share, 0, 1))) / 2;
}
