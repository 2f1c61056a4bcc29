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
}
