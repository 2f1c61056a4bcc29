using MicroExpNet.Training.Detection;

namespace MicroExpNet.Training.Tests.Detection;

public sealed class DetectorLossTests
{
    private const int Rows = 5;
    private const int Columns = 6;
    private const int Stride = (Columns * 8) + 5;

    private static readonly PlacedFace[] Faces = [
        Face(20, 22, 20), Face(40, 12, 13), Face(30, 20, 200), Face(12, 30, 11.5f), Face(36, 28, 46)];

    [Fact]
    public void The_gradient_of_every_output_is_the_difference_of_losses()
    {
        float[] outputs = Outputs(1, 1), slopes = new float[outputs.Length], unused = new float[outputs.Length];
        double loss = DetectorLoss.Compute(outputs, slopes, Rows, Columns, Stride, Faces, 2);
        Assert.True(loss > 0);
        for (int i = 0; i < outputs.Length; i++)
        {
            if (i % Stride >= Columns * 8) continue;
            const float step = 1 / 2048f;
            float own = outputs[i];
            outputs[i] = own + step;
            double above = DetectorLoss.Compute(outputs, unused, Rows, Columns, Stride, Faces, 2);
            outputs[i] = own - step;
            double below = DetectorLoss.Compute(outputs, unused, Rows, Columns, Stride, Faces, 2);
            double difference = (above - below) / ((double)(own + step) - (own - step));
            outputs[i] = own;

            // The errors are counted in single precision.
            Assert.True(
                Math.Abs(difference - slopes[i]) < 1e-3 + (1e-3 * Math.Abs(difference)),
                $"output {i % Stride % 8} of cell {i / Stride},{i % Stride / 8}: {slopes[i]} for {difference}");
        }
    }

    [Fact]
    public void The_loss_is_the_published_formula()
    {
        // One cell, one face of its own: focal loss of its score, smooth L1 of its place, in shares of the face's side; over six usual
        // positives.
        PlacedFace face = new(5, 3, 16, new EyePositions(2, 1, 8, 2));
        float[] outputs = [0.3f, 0.1f, -0.2f, -0.4f, 0.5f, -0.6f, 0.7f, 0.2f];
        double p = 1 / (1 + Math.Exp(-0.3));
        double expected = -Math.Pow(1 - p, 2) * Math.Log(p);
        double[] targets = [
            (5 / 8.0) - 0.5, (3 / 8.0) - 0.5, Math.Log(16 / 24.0), (2 / 8.0) - 0.5, (1 / 8.0) - 0.5, (8 / 8.0) - 0.5, (2 / 8.0) - 0.5];
        for (int i = 0; i < 7; i++)
        {
            double error = Math.Abs(outputs[i + 1] - targets[i]) * (i == 2 ? 1 : 8 / 16.0);
            expected += (i < 3 ? 1 : 0.25) * (error < 0.05 ? error * error / 0.1 : error - 0.025);
        }

        Assert.Equal(0.5 * expected / 6, DetectorLoss.Compute(outputs, new float[8], 1, 1, 8, [face], 0.5), 1e-6);
    }

    [Fact]
    public void A_face_whose_eyes_nobody_knows_teaches_its_square_alone()
    {
        float[] outputs = Outputs(4, 1), slopes = new float[outputs.Length], withEyes = new float[outputs.Length];
        double loss = DetectorLoss.Compute(outputs, slopes, Rows, Columns, Stride, [Faces[0] with { Eyes = null }], 1);
        Assert.True(loss < DetectorLoss.Compute(outputs, withEyes, Rows, Columns, Stride, [Faces[0]], 1));
        for (int i = 0; i < outputs.Length; i++)
        {
            if (i % Stride < Columns * 8) Assert.Equal(i % Stride % 8 < 4 ? withEyes[i] : 0, slopes[i]);
        }
    }

    [Fact]
    public void Values_between_the_rows_are_neither_read_nor_written()
    {
        float[] outputs = Outputs(2, 1), slopes = new float[outputs.Length], packed = new float[Rows * Columns * 8],
            packedSlopes = new float[packed.Length];
        Array.Fill(slopes, 7);
        for (int row = 0; row < Rows; row++)
        {
            outputs.AsSpan(row * Stride, Columns * 8).CopyTo(packed.AsSpan(row * Columns * 8));
            if (row < Rows - 1) outputs.AsSpan((row * Stride) + (Columns * 8), 5).Fill(float.NaN);
        }

        double loss = DetectorLoss.Compute(outputs, slopes, Rows, Columns, Stride, Faces, 1);
        Assert.Equal(DetectorLoss.Compute(packed, packedSlopes, Rows, Columns, Columns * 8, Faces, 1), loss);
        for (int row = 0; row < Rows; row++)
        {
            Assert.Equal(
                packedSlopes[(row * Columns * 8)..((row + 1) * Columns * 8)], slopes[(row * Stride)..((row * Stride) + (Columns * 8))]);
            if (row < Rows - 1) Assert.Equal(Enumerable.Repeat(7f, 5), slopes[((row * Stride) + (Columns * 8))..((row + 1) * Stride)]);
        }
    }

    [Fact]
    public void Outputs_however_large_give_a_loss_and_slopes_that_are_numbers()
    {
        foreach (float scale in new[] { 0, 100, 1e4f, 1e30f })
        {
            float[] outputs = Outputs(3, scale), slopes = new float[outputs.Length];
            double loss = DetectorLoss.Compute(outputs, slopes, Rows, Columns, Stride, Faces, 1);
            Assert.True(double.IsFinite(loss) && loss >= 0, $"{loss} at {scale}");
            Assert.All(slopes, slope => Assert.True(float.IsFinite(slope)));
        }
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(14, true)]
    [InlineData(15, true)]
    [InlineData(24, true)]
    [InlineData(40, true)]
    [InlineData(51, false)]
    public void A_face_of_the_networks_own_sizes_has_positives_wherever_it_is(double side, bool found)
    {
        for (float x = 8; x < 40; x += 0.7f)
        {
            PlacedFace[] faces = [Face(x, 37 - (x / 2), (float)side)];
            int positives = 0;
            for (int row = 0; row < 6; row++)
            {
                for (int column = 0; column < 6; column++)
                {
                    int assigned = DetectorLoss.Assign(faces, column, row);
                    float away = Math.Max(Math.Abs((column * 8) + 4 - x), Math.Abs((row * 8) + 4 - faces[0].Y));
                    positives += assigned == 0 ? 1 : 0;
                    if (assigned == 0) Assert.True(away <= Math.Max(4, 0.25 * side) + 1e-4);
                    if (assigned == DetectorLoss.None) Assert.True(!found || away > Math.Max(4, 0.25 * side) - 1e-4);
                    if (away > Math.Max(8, 0.45 * side) + 1e-4) Assert.Equal(DetectorLoss.None, assigned);
                }
            }

            Assert.Equal(found, positives > 0);
        }
    }

    [Fact]
    public void A_cell_belongs_to_the_nearest_face_and_one_only_nearly_of_the_right_size_makes_it_count_for_nothing()
    {
        PlacedFace far = Face(24, 20, 40), near = Face(22, 20, 20), tooLarge = Face(20, 20, 45), muchTooLarge = Face(20, 20, 60);
        Assert.Equal(1, DetectorLoss.Assign([far, near], 2, 2));
        Assert.Equal(0, DetectorLoss.Assign([near, far], 2, 2));
        Assert.Equal(DetectorLoss.Ignored, DetectorLoss.Assign([tooLarge], 2, 2));
        Assert.Equal(1, DetectorLoss.Assign([tooLarge, near], 2, 2));
        Assert.Equal(0, DetectorLoss.Assign([near, tooLarge], 2, 2));
        Assert.Equal(DetectorLoss.None, DetectorLoss.Assign([muchTooLarge], 2, 2));
        Assert.Equal(DetectorLoss.None, DetectorLoss.Assign([], 2, 2));
    }

    private static PlacedFace Face(float x, float y, float side) =>
        new(x, y, side, new EyePositions(x - (side * 0.2f), y - (side * 0.1f), x + (side * 0.2f), y - (side * 0.12f)));

    private static float[] Outputs(int seed, float scale)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, ((Rows - 1) * Stride) + (Columns * 8)).Select(_ => scale * ((random.NextSingle() * 4) - 2))];
    }
}
