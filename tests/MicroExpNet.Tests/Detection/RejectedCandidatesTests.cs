using MicroExpNet.Detection;

namespace MicroExpNet.Tests.Detection;

public class RejectedCandidatesTests
{
    private const int Width = 120, Height = 90;
    private static readonly FaceBox Box = new(30, 20, 40, 40);

    // The candidate's box swings a little from frame to frame, and pixels have noise.
    [Theory]
    [InlineData(0, 0, 0, true)]
    [InlineData(2, 0, 0, true)]
    [InlineData(0, 8, 0, true)]
    [InlineData(0, 0, 4, false)]
    [InlineData(20, 0, 0, false)]
    public void A_place_is_met_again_where_it_looks_as_it_did(int movedBox, int noise, int movedPicture, bool isMet)
    {
        RejectedCandidates rejected = new();
        Assert.False(rejected.TryFind(Box, out _, out _));
        Look(rejected, Picture(0, 0), Box);
        rejected.Add(Box);
        Assert.Equal(isMet, Meets(rejected, Box with { X = Box.X + movedBox }, Picture(noise, movedPicture)));
    }

    [Fact]
    public void Something_small_and_new_in_a_place_is_a_change()
    {
        RejectedCandidates rejected = new();
        byte[] picture = Picture(0, 0);
        Look(rejected, picture, Box);
        rejected.Add(Box);
        for (int y = 30; y < 40; y++) picture.AsSpan((y * Width) + 40, 10).Fill(255);
        Assert.False(Meets(rejected, Box, picture));

        // It is forgotten: the place will be measured anew.
        Assert.False(rejected.TryFind(Box, out _, out _));
    }

    [Fact]
    public void A_picture_that_is_brightened_more_is_another_one()
    {
        RejectedCandidates rejected = new();
        byte[] dark = [.. Picture(0, 0).Select(value => (byte)(value / 4))];
        Look(rejected, dark, Box, gain: 2);
        rejected.Add(Box);
        Assert.True(Meets(rejected, Box, dark, gain: 2));
        Assert.False(Meets(rejected, Box, dark, gain: 3));
    }

    [Fact]
    public void The_oldest_make_room_and_the_state_can_be_written_and_read()
    {
        const int Capacity = 64;
        RejectedCandidates rejected = new();
        byte[] picture = Picture(0, 0);
        FaceBox Place(int i) => new(i % 10 * 10, i / 10 * 10, 10, 10);
        for (int i = 0; i < Capacity; i++)
        {
            Look(rejected, picture, Place(i));
            rejected.Add(Place(i));
        }

        Look(rejected, picture, Place(Capacity));
        rejected.Add(Place(Capacity));

        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        rejected.WriteTo(writer);
        stream.Position = 0;
        using BinaryReader reader = new(stream);
        RejectedCandidates read = new();
        read.ReadFrom(reader);
        Assert.Equal(stream.Length, stream.Position);
        foreach (RejectedCandidates each in new[] { rejected, read })
        {
            Assert.False(each.TryFind(Place(0), out _, out _));
            foreach (int i in new[] { 1, 2, Capacity - 1, Capacity }) Assert.True(Meets(each, Place(i), picture));
            each.Clear();
            Assert.False(each.TryFind(Place(1), out _, out _));
        }
    }

    private static bool Meets(RejectedCandidates rejected, FaceBox box, byte[] picture, float gain = 1)
    {
        if (!rejected.TryFind(box, out int index, out FaceBox place)) return false;
        Look(rejected, picture, place, gain);
        return rejected.IsAsBefore(index);
    }

    private static void Look(RejectedCandidates rejected, byte[] picture, FaceBox box, float gain = 1)
    {
        ImagePyramid pyramid = new();
        pyramid.Start(new ImageView(picture, Width, Height).Slice(box), 1);
        rejected.Look(pyramid, gain);
    }

    private static byte[] Picture(int noise, int moved)
    {
        Random random = new(1);
        return [
            .. Enumerable.Range(0, Width * Height).Select(i =>
            {
                (int y, int x) = Math.DivRem(i, Width);
                return (byte)(128 + (90 * Math.Sin((x + moved) / 5.0) * Math.Cos(y / 7.0)) + random.Next(-noise, noise + 1));
            })];
    }
}
