using MicroExpNet.Architectures;
using MicroExpNet.Tests;
using MicroExpNet.Training.Augmentation;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Evaluation;

namespace MicroExpNet.Training.Tests.Augmentation;

public sealed unsafe class FaceDrawingTests
{
    [Fact]
    public void The_eight_windows_are_the_originals()
    {
        GrayImage face = new(ReferenceData.Numpy("crops_input_256_u8").Bytes.ToArray(), 256, 256);
        byte[] expected = ReferenceData.Numpy("crops_output_u8").Bytes.ToArray();
        for (int window = 0; window < 8; window++)
        {
            (int row, int column) = Augmenter.OriginalWindows[window];
            float[] drawn = Draw(
                face, new FacePlacement(row / Augmenter.FaceSide, column / Augmenter.FaceSide, Augmenter.WindowSide / Augmenter.FaceSide),
                84);

            // The reference rounds its weights to fixed point.
            for (int i = 0; i < drawn.Length; i++) Assert.Equal(expected[(window * 84 * 84) + i], drawn[i], 1.0);
        }
    }

    [Fact]
    public void A_face_of_the_inputs_size_comes_through_unchanged_and_mirrored_turned_around()
    {
        GrayImage face = Noise(20);
        float[] same = Draw(face, new FacePlacement(Scale: 1), 20), mirrored = Draw(face, new FacePlacement(Mirrored: true), 20);
        for (int i = 0; i < same.Length; i++)
        {
            Assert.Equal(face.Pixels[i], same[i], 1e-3);
            Assert.Equal(face.Pixels[(i / 20 * 20) + 19 - (i % 20)], mirrored[i], 1e-3);
        }
    }

    [Fact]
    public void A_quarter_turn_and_a_shift_move_pixels_where_they_belong()
    {
        GrayImage face = Noise(20);
        float[] turned = Draw(face, new FacePlacement(Angle: Math.PI / 2), 20), shifted = Draw(face, new FacePlacement(ShiftX: 0.1), 20);
        for (int y = 0; y < 20; y++)
        {
            for (int x = 0; x < 20; x++)
            {
                Assert.Equal(face.Pixels[(x * 20) + 19 - y], turned[(y * 20) + x], 0.05);
                if (x < 18) Assert.Equal(face.Pixels[(y * 20) + x + 2], shifted[(y * 20) + x], 0.05);
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(5, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 7)]
    [InlineData(19, 48)]
    public void Values_are_the_bilinear_ones_whatever_the_placement(int rows, int columns)
    {
        Random random = new(rows + columns);
        byte[] pixels = new byte[rows * columns];
        random.NextBytes(pixels);
        GrayImage face = new(pixels, columns, rows);
        for (int i = 0; i < 40; i++)
        {
            int width = 1 + random.Next(30), height = 1 + random.Next(9), stride = width + 3;
            FacePlacement placement = new(
                Scale: 0.5 + random.NextDouble(), ShiftX: random.NextDouble() - 0.5, ShiftY: random.NextDouble() - 0.5,
                Angle: random.NextDouble() * 6, Mirrored: i % 2 == 0);
            float[] drawn = new float[stride * height];
            drawn.AsSpan().Fill(1000);
            bool adds = i % 3 == 0;
            fixed (float* values = drawn)
            {
                FaceDrawing.Draw(face, placement, new FaceShade(1, 0, 0, 255, adds), values, height, width, stride);
            }

            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    Assert.Equal(Bilinear(face, placement, width, height, x, y) + (adds ? 1000 : 0), drawn[(y * stride) + x], 0.05);
                }

                // What lies after a row is the next row's, or the border.
                for (int x = width; x < stride; x++) Assert.Equal(1000, drawn[(y * stride) + x]);
            }
        }
    }

    [Fact]
    public void Prepared_faces_that_are_not_moved_are_the_faces()
    {
        FaceDataSet data = Shapes.Create(5);
        PreparedFaces moved = PreparedFaces.PrepareShifted(data, new TensorShape(24, 24, 1), 0, 0, 1);
        Assert.Equal(PreparedFaces.Prepare(data, new TensorShape(24, 24, 1), null).Pixels(0, 5), moved.Pixels(0, 5));
    }

    [Fact]
    public void Grey_values_stay_in_their_range_whatever_changes()
    {
        AugmentationOptions all = AugmentationOptions.Standard with { Brightness = 0.9, Contrast = 0.9, Erasing = 1, Rotation = 90 };
        Augmenter augmenter = new(all, 30, 30);
        float[] drawn = new float[900];
        for (int i = 0; i < 50; i++)
        {
            RandomStream random = new(1, (ulong)i);
            fixed (float* values = drawn) augmenter.Draw(Noise(20), ref random, 1 / 63.75f, -2, 1, adds: false, values, 30);
            Assert.All(drawn, value => Assert.InRange(value, -2.0001f, 2.0001f));
        }
    }

    private static float[] Draw(GrayImage face, FacePlacement placement, int side)
    {
        float[] drawn = new float[side * side];
        fixed (float* values = drawn) FaceDrawing.Draw(face, placement, new FaceShade(1, 0, 0, 255, Adds: false), values, side, side, side);
        return drawn;
    }

    private static GrayImage Noise(int side)
    {
        byte[] pixels = new byte[side * side];
        new Random(5).NextBytes(pixels);
        return new GrayImage(pixels, side, side);
    }

    private static double Bilinear(GrayImage face, FacePlacement placement, int width, int height, int x, int y)
    {
        double stepX = (double)face.Width / width / placement.Scale, stepY = (double)face.Height / height / placement.Scale;
        double right = (x - ((width - 1) / 2.0)) * (placement.Mirrored ? -1 : 1), down = y - ((height - 1) / 2.0);
        double cos = Math.Cos(placement.Angle), sin = Math.Sin(placement.Angle);
        double column = ((0.5 + placement.ShiftX) * face.Width) - 0.5 + (((right * cos) - (down * sin)) * stepX);
        double row = ((0.5 + placement.ShiftY) * face.Height) - 0.5 + (((right * sin) + (down * cos)) * stepY);
        column = Math.Clamp(column, 0, face.Width - 1);
        row = Math.Clamp(row, 0, face.Height - 1);
        int left = (int)column, top = (int)row;
        double shareX = column - left, shareY = row - top;
        return ((Pixel(top, left) * (1 - shareX)) + (Pixel(top, left + 1) * shareX)) * (1 - shareY)
            + (((Pixel(top + 1, left) * (1 - shareX)) + (Pixel(top + 1, left + 1) * shareX)) * shareY);

        double Pixel(int y, int x) => face.Pixels[(Math.Min(y, face.Height - 1) * face.Width) + Math.Min(x, face.Width - 1)];
    }
}
