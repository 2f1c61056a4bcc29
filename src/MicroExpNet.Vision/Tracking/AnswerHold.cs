namespace MicroExpNet.Vision;

/// <summary>
/// Holds a track's answer, the class that is reported as its top one, against noise between classes of nearly equal probability: another
/// class becomes the answer when it leads by a margin, or when the answer has not been the most probable class for some time.
/// </summary>
internal static class AnswerHold
{
    // Of a still picture that is shifted by up to a pixel, 2.0% of frames change the most probable class. Where any lead below 0.10 is
    // held, 0.8% do; where any below 0.15 is, 0.5%.
    private const float MinLead = 0.12f;

    // A real change is followed within 0.3 s, however small the new lead.
    private static readonly TimeSpan MaxHold = TimeSpan.FromSeconds(0.25);

    /// <summary>The answer in a frame.</summary>
    /// <param name="answer">The answer in the frame before, and the time of the last frame in which it was the most probable
    /// class.</param>
    /// <param name="probabilities">This frame's probabilities, <c>[classes]</c>.</param>
    /// <param name="time">The frame's time.</param>
    public static (int Class, TimeSpan TopTime) Next(
        (int Class, TimeSpan TopTime) answer, ReadOnlySpan<float> probabilities, TimeSpan time)
    {
        int top = IndexOfMax(probabilities);
        bool isHeld = top != answer.Class && probabilities[top] - probabilities[answer.Class] < MinLead && time - answer.TopTime < MaxHold;
        return isHeld ? answer : (top, time);
    }

    /// <summary>The most probable class; of equals, the first.</summary>
    /// <param name="probabilities">The probabilities, <c>[classes]</c>.</param>
    public static int IndexOfMax(ReadOnlySpan<float> probabilities)
    {
        int top = 0;
        for (int i = 1; i < probabilities.Length; i++)
        {
            if (probabilities[i] > probabilities[top]) top = i;
        }

        return top;
    }
}
