namespace MicroExpNet.Vision.Tests;

/// <summary>When another class becomes a track's answer.</summary>
public class AnswerHoldTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(7);

    [Fact]
    public void A_clear_lead_counts_at_once()
    {
        Assert.Equal((1, Start), AnswerHold.Next((0, Start - TimeSpan.FromMilliseconds(40)), [0.4f, 0.53f, 0.07f], Start));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(25)]
    [InlineData(60)]
    public void A_small_lead_counts_when_it_lasts_at_most_three_tenths_of_a_second(int rate)
    {
        (int Class, TimeSpan TopTime) answer = (0, Start);
        TimeSpan time = Start, step = TimeSpan.FromSeconds(1.0 / rate);
        while (answer.Class == 0) answer = AnswerHold.Next(answer, [0.45f, 0.5f, 0.05f], time += step);
        Assert.InRange((time - Start).TotalSeconds, 0.25, 0.3001);
        Assert.Equal((1, time), answer);
    }

    [Fact]
    public void Noise_around_equal_probabilities_changes_nothing()
    {
        (int Class, TimeSpan TopTime) answer = (0, Start);
        for (int i = 1; i <= 1000; i++)
        {
            float[] probabilities = i % 3 == 0 ? [0.5f, 0.45f, 0.05f] : [0.45f, 0.5f, 0.05f];
            answer = AnswerHold.Next(answer, probabilities, Start + (i * TimeSpan.FromMilliseconds(40)));
            Assert.Equal(0, answer.Class);
        }
    }

    [Fact]
    public void At_less_than_four_frames_a_second_each_frame_has_its_own_answer()
    {
        Assert.Equal(1, AnswerHold.Next((0, Start), [0.45f, 0.5f, 0.05f], Start + TimeSpan.FromSeconds(0.26)).Class);
    }
}
