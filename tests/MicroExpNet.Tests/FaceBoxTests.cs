namespace MicroExpNet.Tests;

public class FaceBoxTests
{
    [Theory]
    [InlineData(0, 0, 10, 10, 1)]
    [InlineData(5, 0, 10, 10, 50 / 150.0)]
    [InlineData(5, 5, 10, 10, 25 / 175.0)]
    [InlineData(2, 2, 4, 4, 0.16)]
    [InlineData(10, 0, 10, 10, 0)]
    [InlineData(-20, -20, 5, 5, 0)]
    public void Intersection_over_union_is_what_both_cover_of_what_either_covers(int x, int y, int width, int height, double expected)
    {
        FaceBox box = new(0, 0, 10, 10), other = new(x, y, width, height);
        Assert.Equal(expected, box.IntersectionOverUnion(other), 1e-12);
        Assert.Equal(expected, other.IntersectionOverUnion(box), 1e-12);
    }

    [Theory]
    [InlineData(-10, 5, 30, 10, 0, 5, 20, 10)]
    [InlineData(90, 40, 30, 30, 90, 40, 10, 10)]
    [InlineData(0, 0, int.MaxValue, int.MaxValue, 0, 0, 100, 50)]
    [InlineData(int.MinValue, int.MinValue, int.MaxValue, int.MaxValue, 0, 0, 0, 0)]
    [InlineData(int.MinValue, 0, -1, 10, 0, 0, 0, 10)]
    [InlineData(int.MinValue, int.MinValue, int.MinValue, int.MinValue, 0, 0, 0, 0)]
    public void A_box_is_clipped_to_an_image(int x, int y, int width, int height, int left, int top, int clippedWidth, int clippedHeight) =>
        Assert.Equal(new FaceBox(left, top, clippedWidth, clippedHeight), new FaceBox(x, y, width, height).ClippedTo(100, 50));

    [Fact]
    public void Boxes_as_large_as_numbers_go_have_an_intersection_over_union()
    {
        FaceBox all = new(0, 0, int.MaxValue, int.MaxValue), shifted = all with { X = int.MinValue / -2 };
        Assert.Equal(1, all.IntersectionOverUnion(all));
        Assert.InRange(all.IntersectionOverUnion(shifted), 0.33, 0.34);
        Assert.Equal(0, all.IntersectionOverUnion(new FaceBox(int.MinValue, int.MinValue, int.MaxValue, int.MaxValue)));
    }
}
