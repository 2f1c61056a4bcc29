using System.Diagnostics;
using MicroExpNet.Architectures;
using MicroExpNet.Detection;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Models;
using MicroExpNet.Tests.Models;

namespace MicroExpNet.Tests.Detection;

public class FaceDetectorTests
{
    private static readonly FaceDetectorOptions Whole = new() { MinFace = FaceDetector.SmallestFace };

    // The search's logit is 10. So are the refinements' where their grid is the search's; else they see no face, which counts as -2.
    [Theory]
    [InlineData(8, 8, 0, 0, 8, 10)]
    [InlineData(16, 9, 0, 0, 8, 10)]
    [InlineData(640, 480, 632, 472, 8, 2)]
    [InlineData(640, 480, 304, 256, 16, 2)]
    [InlineData(641, 481, 608, 448, 32, 2)]
    [InlineData(333, 517, 256, 448, 64, 2)]
    [InlineData(1023, 767, 768, 512, 128, 2)]
    [InlineData(3001, 40, 2976, 16, 16, 2)]
    [InlineData(29, 1501, 8, 1488, 8, 2)]
    [InlineData(57, 1501, 16, 1472, 16, 2)]
    public void A_face_is_found_where_it_is_in_pictures_of_any_size_as_sure_as_search_and_refinements_on_average(
        int width, int height, int x, int y, int side, double logit)
    {
        FaceBox face = new(x, y, side, side);
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            FaceDetector detector = new(SquareDetector.Model, null, Whole, target);
            DetectedFace found = Assert.Single(detector.Detect(SquareDetector.Draw(width, height, width, face), width, height, width));
            Assert.Equal(face, found.Box);
            Assert.Equal(1 / (1 + Math.Exp(-logit)), found.Score, 1e-4);
            EyePositions eyes = Assert.NotNull(found.Eyes);
            Assert.Equal<double>(
                [x + (side * 0.25), y + (side * 0.375), x + (side * 0.75), y + (side * 0.375)],
                [eyes.LeftX, eyes.LeftY, eyes.RightX, eyes.RightY], (a, b) => Math.Abs(a - b) < 1e-3 * side);
        }
    }

    // As a service does it: several threads, and collections while they are in kernels of bytes.
    [Fact]
    public void Collections_while_threads_detect_do_no_harm()
    {
        FaceDetector detector = FaceDetector.Default;
        (int Width, int Height, byte[] Pixels)[] images = [.. new[] { (160, 120), (97, 131), (64, 64) }.Select(size =>
            (size.Item1, size.Item2, SquareDetector.Draw(size.Item1, size.Item2, size.Item1, new FaceBox(8, 16, 32, 32))))];
        DetectedFace[][] expected = [.. images.Select(image => detector.Detect(image.Pixels, image.Width, image.Height, image.Width))];
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, thread =>
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = thread; Stopwatch.GetElapsedTime(start).TotalSeconds < 1; i++)
            {
                (int width, int height, byte[] pixels) = images[i % images.Length];
                Assert.Equal(expected[i % images.Length], detector.Detect(pixels, width, height, width));
                if (i % 10 == 0) GC.Collect();
            }
        });
    }

    // The mean of search and refinements is 10, to which half of what the verifier says is added, less 0.9.
    [Theory]
    [InlineData(0, 9.1)]
    [InlineData(-4, 7.1)]
    [InlineData(-16, 1.1)]
    [InlineData(6, 12.1)]
    public void A_verifier_adds_half_its_logit(float verified, double logit)
    {
        FaceBox face = new(8, 8, 8, 8);
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            FaceDetector detector = new(SquareDetector.Model, Verifier(verified), Whole, target);
            DetectedFace found = Assert.Single(detector.Detect(SquareDetector.Draw(16, 16, 16, face), 16, 16, 16));
            Assert.Equal(1 / (1 + Math.Exp(-logit)), found.Score, 1e-4);
            Assert.Same(detector.Verifier, detector.With(Whole).Verifier);
        }
    }

    [Fact]
    public void What_a_verifier_rejects_is_no_face()
    {
        FaceDetector detector = new(SquareDetector.Model, Verifier(-30), Whole);
        Assert.Empty(detector.Detect(SquareDetector.Draw(16, 16, 16, new FaceBox(8, 8, 8, 8)), 16, 16, 16));
    }

    [Fact]
    public void A_verifier_sees_a_face_beyond_the_edge_in_the_middle_of_repeated_pixels()
    {
        byte[] pixels = [.. Enumerable.Range(0, 66 * 66).Select(i => (byte)(i % 66 * 3))];
        byte[] crop = new byte[FaceVerifier.Side * FaceVerifier.Side];
        FaceVerifier.Cut(new DetectionWorkspace(), new ImageView(pixels, 66, 66), new FaceBox(0, 0, 33, 33), crop);

        // The crop reaches from 7 columns to the left of the image to its 40th column.
        Assert.Equal(
            [.. Enumerable.Range(-7, FaceVerifier.Side).Select(column => (byte)(Math.Max(column, 0) * 3))],
            crop[..FaceVerifier.Side]);
    }

    [Fact]
    public void A_model_that_is_no_verifier_is_refused()
    {
        ModelFormatException e = Assert.Throws<ModelFormatException>(
            () => new FaceDetector(SquareDetector.Model, RandomModels.Fill(OriginalArchitectures.MicroExpNet(), 1), null));
        Assert.Contains(
            "is no face verifier; expected grey input of 48×48 and the outputs face, no_face", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(640, 480, 96, 608, 448, 32)]
    [InlineData(1000, 1000, 192, 896, 896, 64)]
    [InlineData(1001, 1003, 192, 896, 896, 64)]
    [InlineData(1003, 1001, 192, 896, 768, 64)]
    [InlineData(2003, 1601, 384, 1792, 1408, 128)]
    public void Where_the_picture_is_first_made_smaller_faces_keep_their_place_to_the_last_column(
        int width, int height, int minFace, int x, int y, int side)
    {
        FaceDetector detector = new(SquareDetector.Model, new FaceDetectorOptions { MinFace = minFace });
        FaceBox face = new(x, y, side, side);
        DetectedFace found = Assert.Single(detector.Detect(SquareDetector.Draw(width, height, width, face), width, height, width));
        Assert.Equal(face, found.Box);
    }

    [Theory]
    [InlineData(640, 480)]
    [InlineData(639, 477)]
    [InlineData(1280, 720)]
    public void With_the_default_size_faces_of_every_octave_are_found(int width, int height)
    {
        // 24 pixels become 14; a cell of 8 is then 13.7.
        FaceDetector detector = new(SquareDetector.Model, new FaceDetectorOptions { MinScore = 0.3f });
        for (double cell = 8 * 24 / 14.0; cell < 200; cell *= 2)
        {
            int column = (int)(width / cell) - 1, row = (int)(height / cell) - 1, x = (int)Math.Round(column * cell),
                y = (int)Math.Round(row * cell), side = (int)Math.Round(cell);
            DetectedFace found = Assert.Single(
                detector.Detect(SquareDetector.Draw(width, height, width, new FaceBox(x, y, side, side)), width, height, width));
            double tolerance = 1.5 + (0.02 * side);
            Assert.InRange(found.Box.X - x, -tolerance, tolerance);
            Assert.InRange(found.Box.Y - y, -tolerance, tolerance);
            Assert.InRange(found.Box.Width - side, -tolerance, tolerance);
        }
    }

    [Theory]
    [InlineData(255, 1)]
    [InlineData(130, 1)]
    [InlineData(60, 1)]
    [InlineData(24, 1)]
    [InlineData(10, 0)]
    public void A_picture_without_a_bright_pixel_is_brightened_to_a_limit(int white, int faces)
    {
        // The network's logit is 20 times the square's brightness less 10: a face needs more than half of 255. Dark ones are brought to
        // 192, by a factor of 8 at most.
        FaceDetector detector = new(SquareDetector.Model, Whole with { MinScore = 0.5f });
        byte[] pixels = [.. SquareDetector.Draw(16, 16, 16, new FaceBox(0, 0, 8, 8)).Select(value => (byte)(value * white / 255))];
        Assert.Equal(faces, detector.Detect(pixels, 16, 16, 16).Length);
        Assert.Equal(faces == 1, detector.TryDetectNear(new ImageView(pixels, 16, 16), new FaceBox(0, 0, 28, 28), out _));
    }

    [Fact]
    public void Several_faces_come_largest_first_and_what_lies_between_the_rows_is_not_seen()
    {
        FaceBox[] faces = [new(256, 128, 64, 64), new(64, 160, 32, 32), new(16, 16, 16, 16), new(200, 40, 8, 8), new(400, 40, 8, 8)];
        FaceDetector detector = new(SquareDetector.Model, Whole);
        DetectedFace[] found = detector.Detect(SquareDetector.Draw(500, 300, 537, [.. Enumerable.Reverse(faces)]), 500, 300, 537);
        Assert.Equal(faces, found.Select(face => face.Box));
        DetectedFace[] first = new DetectedFace[2];
        Assert.Equal(2, detector.Detect(SquareDetector.Draw(500, 300, 537, faces), 500, 300, 537, first));
        Assert.Equal(found[..2], first);
        Assert.Equal(0, detector.Detect(SquareDetector.Draw(500, 300, 537, faces), 500, 300, 537, []));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 9)]
    [InlineData(7, 3)]
    [InlineData(5000, 1)]
    [InlineData(1, 3000)]
    [InlineData(500_000, 2)]
    public void In_a_picture_too_small_for_a_face_there_is_none(int width, int height)
    {
        byte[] white = new byte[width * height];
        Array.Fill(white, (byte)255);
        foreach (int minFace in new[] { 14, 24, 1000, int.MaxValue })
        {
            Assert.Empty(
                new FaceDetector(Constant(5, 0, 0, 0), new FaceDetectorOptions { MinFace = minFace }).Detect(white, width, height, width));
        }
    }

    [Fact]
    public void Candidates_of_one_face_leave_the_surest()
    {
        // Every cell of every size says that there is a face.
        FaceDetector detector = new(Constant(3, 0, 0, 0.2f), Whole);
        foreach ((int width, int height) in new[] { (64, 64), (131, 77), (400, 30) })
        {
            DetectedFace[] found = detector.Detect(new byte[width * height], width, height, width);
            Assert.InRange(found.Length, 1, width * height / 150);
            Assert.All(found, face => Assert.True(IsInside(face.Box, width, height), $"{face.Box}"));
            Assert.Equal(found.Length, found.Select(face => face.Box).Distinct().Count());
        }
    }

    [Theory]
    [InlineData(40, 0)]
    [InlineData(-40, 0)]
    [InlineData(0, 1e9f)]
    [InlineData(0, float.NegativeInfinity)]
    [InlineData(float.NaN, 0)]
    public void A_face_whose_middle_is_not_in_the_picture_is_none(float x, float y) =>
        Assert.Empty(new FaceDetector(Constant(3, x, y, 0), Whole).Detect(new byte[100 * 80], 100, 80, 100));

    [Fact]
    public void Whatever_a_network_says_boxes_have_pixels_inside_the_picture_and_scores_are_probabilities()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            Random random = new(seed);
            Model model = RandomModels.Fill(
                DetectorArchitectures.Detector(
                "any", random.Next(1, 9), [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(1, 9))]), seed,
                new ModelCard { PixelScale = 1 / 16f });
            int width = random.Next(1, 200), height = random.Next(1, 200), stride = width + random.Next(3);
            byte[] pixels = new byte[stride * height];
            random.NextBytes(pixels);
            foreach (DetectedFace face in new FaceDetector(model, Whole).Detect(pixels, width, height, stride))
            {
                Assert.True(IsInside(face.Box, width, height), $"{face.Box} in {width}×{height}");
                Assert.InRange(face.Score, 0.499f, 1f);
            }
        }
    }

    [Fact]
    public void An_image_that_a_network_of_one_s_own_cannot_read_is_refused_by_the_network_s_name()
    {
        Architecture architecture = new ArchitectureBuilder("wide", new TensorShape(64, 64, 1)).PaddedConvolution("stem", 3, 1, 32, 1)
            .PaddedConvolution("faces", 8, 8, 8, 0).Build(FaceDetector.OutputLabels);
        FaceDetector detector = new(RandomModels.Fill(architecture, 1), new FaceDetectorOptions { MinFace = 14 });
        ModelFormatException e = Assert.Throws<ModelFormatException>(() => detector.Detect(new byte[2000 * 2000], 2000, 2000, 2000));
        Assert.Contains("model 'wide': layer 'stem' would give 2000×2000×32", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_after_the_first_of_its_size_allocates_nothing()
    {
        FaceDetector detector = new(SquareDetector.Model, Verifier(0), new FaceDetectorOptions { MinScore = 0.01f });
        byte[] frame = SquareDetector.Draw(320, 240, 333, new FaceBox(55, 55, 14, 14), new FaceBox(110, 110, 27, 27));
        DetectedFace[] faces = new DetectedFace[10];
        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 5; i++) detector.Detect(frame, 320, 240, 333, faces);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // A collection in between may trim the pool of pixel rows, which then grows back; a warm round allocates nothing.
        Assert.Contains(0, Enumerable.Range(0, 10).Select(_ => Allocated()));
    }

    [Fact]
    public void Many_threads_at_once_with_many_sizes_get_the_answers_of_one()
    {
        FaceDetector detector = new(SquareDetector.Model, Whole);
        (int Width, int Height, byte[] Pixels)[] pictures =
        [
            .. Enumerable.Range(0, 24).Select(i => (Width: 64 + (7 * i), Height: 150 - (5 * i)))
                .Select(size =>
                (size.Width, size.Height,
                SquareDetector.Draw(size.Width, size.Height, size.Width, new FaceBox(8, 8, 8, 8), new FaceBox(32, 16, 16, 16)))),
        ];
        DetectedFace[][] expected = [
            .. pictures.Select(
            picture => new FaceDetector(SquareDetector.Model, Whole).Detect(picture.Pixels, picture.Width, picture.Height, picture.Width))];
        Assert.All(expected, faces => Assert.Equal(2, faces.Length));
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            (int width, int height, byte[] pixels) = pictures[i % pictures.Length];
            Assert.Equal(expected[i % pictures.Length], detector.Detect(pixels, width, height, width));
        });
    }

    [Theory]
    [InlineData(640, 480, 304, 256, 8)]
    [InlineData(640, 480, 616, 448, 8)]
    [InlineData(641, 481, 320, 224, 16)]
    [InlineData(641, 481, 592, 64, 16)]
    [InlineData(1281, 963, 513, 335, 32)]
    [InlineData(1281, 963, 520, 300, 64)]
    public void A_face_is_found_again_around_its_last_place_and_only_there(int width, int height, int x, int y, int side)
    {
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            // A last face of three and a half cells a side is brought to 28 pixels, so that the square becomes one cell; from there it lies
            // on the grid.
            FaceDetector detector = new(SquareDetector.Model, null, Whole, target);
            FaceBox face = new(x, y, side, side), last = new(x - (5 * side / 4), y - (5 * side / 4), 7 * side / 2, 7 * side / 2),
                far = last with { X = x - (9 * side) };
            byte[] pixels = SquareDetector.Draw(width, height, width + 3, face);
            Assert.True(detector.TryDetectNear(new ImageView(pixels, width, height, width + 3), last, out DetectedFace found));
            Assert.Equal(face, found.Box);
            Assert.Equal(x + (side * 0.25), found.Eyes!.Value.LeftX, 1e-3 * side);
            Assert.Equal(y + (side * 0.375), found.Eyes!.Value.RightY, 1e-3 * side);
            Assert.False(detector.TryDetectNear(new ImageView(pixels, width, height, width + 3), far, out _));
        }
    }

    [Theory]
    [InlineData(1.8, true, true)]
    [InlineData(1.2, false, true)]
    [InlineData(0.2, false, false)]
    public void A_face_that_was_there_may_be_less_sure_by_one_logit_than_a_new_one(double logit, bool isNew, bool isNear)
    {
        // The network's logit is 20 times the square's brightness less 10; a new face needs 1.5. In so small a picture the refinements see
        // the same.
        FaceDetector detector = new(SquareDetector.Model, Whole with { MinScore = (float)(1 / (1 + Math.Exp(-1.5))) });
        FaceBox face = new(0, 0, 8, 8);
        byte[] pixels = [.. SquareDetector.Draw(16, 16, 16, face).Select(value => (byte)Math.Round(value * (logit + 10) / 20))];
        Assert.Equal(isNew ? 1 : 0, detector.Detect(pixels, 16, 16, 16).Length);
        Assert.Equal(isNear, detector.TryDetectNear(new ImageView(pixels, 16, 16, 16), new FaceBox(0, 0, 28, 28), out DetectedFace found));
        if (isNear) Assert.Equal(1 / (1 + Math.Exp(-logit)), found.Score, 0.02);
    }

    [Fact]
    public void A_last_place_outside_the_picture_or_as_large_as_numbers_go_finds_what_is_there_and_breaks_nothing()
    {
        FaceDetector detector = new(Constant(3, 0, 0, 0), Whole);
        byte[] pixels = new byte[100 * 80];
        foreach (FaceBox last in new FaceBox[] { new(100, 0, 10, 10), new(0, -10, 10, 10), new(5, 5, 0, 10), new(int.MinValue, 0, 10, 10) })
        {
            Assert.False(detector.TryDetectNear(new ImageView(pixels, 100, 80, 100), last, out DetectedFace none));
            Assert.Equal(default, none);
        }

        foreach (FaceBox last in new FaceBox[] { new(95, 75, 40, 40), new(0, 0, int.MaxValue, int.MaxValue), new(50, 40, 1, 1) })
        {
            Assert.True(detector.TryDetectNear(new ImageView(pixels, 100, 80, 100), last, out DetectedFace face));
            Assert.True(IsInside(face.Box, 100, 80));
        }

        Assert.Throws<ArgumentException>(
            () => detector.TryDetectNear(new ImageView(pixels, 100, 81, 100), new FaceBox(0, 0, 10, 10), out _));
    }

    [Fact]
    public void Of_several_faces_near_the_one_that_shares_most_with_the_last_place_is_found()
    {
        FaceDetector detector = new(SquareDetector.Model, Whole);
        byte[] pixels = SquareDetector.Draw(200, 200, 200, new FaceBox(88, 96, 8, 8), new FaceBox(112, 96, 8, 8));
        Assert.True(detector.TryDetectNear(new ImageView(pixels, 200, 200, 200), new FaceBox(78, 86, 28, 28), out DetectedFace left));
        Assert.Equal(88, left.Box.X);
    }

    [Theory]
    [InlineData(13, 0.5f, "a smallest face of 13 pixels; expected 14 or more")]
    [InlineData(-1, 0.5f, "a smallest face of -1 pixels; expected 14 or more")]
    [InlineData(24, 0f, "a least score of 0; expected a number between 0 and 1")]
    [InlineData(24, 1f, "a least score of 1; expected a number between 0 and 1")]
    [InlineData(24, float.NaN, "a least score of NaN; expected a number between 0 and 1")]
    public void Options_out_of_range_are_refused_in_a_line(int minFace, float minScore, string message)
    {
        FaceDetectorOptions options = new() { MinFace = minFace, MinScore = minScore };
        ArgumentException e = Assert.Throws<ArgumentException>(() => new FaceDetector(SquareDetector.Model, options));
        Assert.StartsWith(message, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
        Assert.Throws<ArgumentException>(() => new FaceDetector(SquareDetector.Model).With(options));
    }

    [Fact]
    public void Sizes_that_do_not_fit_the_pixels_are_refused()
    {
        FaceDetector detector = new(SquareDetector.Model);
        Assert.Throws<ArgumentOutOfRangeException>(() => detector.Detect(new byte[10], 0, 10, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => detector.Detect(new byte[10], 10, -1, 10));
        Assert.Throws<ArgumentException>(() => detector.Detect(new byte[100], 10, 10, 9));
        Assert.Throws<ArgumentException>(() => detector.Detect(new byte[99], 10, 10, 10));
    }

    [Fact]
    public void The_same_network_may_look_for_something_else()
    {
        FaceBox[] faces = [new(64, 64, 32, 32), new(16, 16, 8, 8)];
        byte[] pixels = SquareDetector.Draw(200, 160, 200, faces);
        FaceDetector detector = new(SquareDetector.Model, Whole);
        Assert.Equal(2, detector.Detect(pixels, 200, 160, 200).Length);
        Assert.Equal(faces[0], Assert.Single(detector.With(new FaceDetectorOptions { MinFace = 96 }).Detect(pixels, 200, 160, 200)).Box);
        Assert.Empty(detector.With(Whole with { MinScore = 0.99999f }).Detect(pixels, 200, 160, 200));
    }

    // A network that says the same of every cell.
    // Says the same of every face.
    private static Model Verifier(float logit)
    {
        Architecture architecture = new ArchitectureBuilder("verifier", new TensorShape(FaceVerifier.Side, FaceVerifier.Side, 1))
            .GlobalAveragePool("average").FullyConnected("logits", 2).Build(FaceDetector.VerifierLabels);
        return new Model(architecture, [null, new LayerParameters([0, 0], [logit, 0])], new ModelCard());
    }

    private static Model Constant(float logit, float x, float y, float size)
    {
        Architecture architecture = DetectorArchitectures.Detector("constant", 1, [1]);
        float[] biases = [logit, x, y, size, -0.5f, 0, 0.5f, 0];
        return new Model(
            architecture,
            architecture.Layers.Select(
            layer => layer.ParameterCount == 0
            ? null
            : new LayerParameters(new float[layer.WeightCount], layer.Name == "faces" ? biases : new float[layer.BiasCount])),
            new ModelCard());
    }

    private static bool IsInside(FaceBox box, int width, int height) =>
        box is { X: >= 0, Y: >= 0, Width: > 0, Height: > 0 } && box.X + box.Width <= width && box.Y + box.Height <= height;
}
