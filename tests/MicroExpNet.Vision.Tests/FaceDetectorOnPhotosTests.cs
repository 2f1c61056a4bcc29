using MicroExpNet.Architectures;
using MicroExpNet.Detection;
using MicroExpNet.Imaging;
using MicroExpNet.Models;
using MicroExpNet.Tests;

namespace MicroExpNet.Vision.Tests;

public class FaceDetectorOnPhotosTests
{
    [Fact]
    public void A_photo_s_faces_are_those_of_its_grey_picture_and_are_recognised_largest_first()
    {
        // Sure of a face wherever the upper left pixel of a cell is bright.
        Architecture architecture = DetectorArchitectures.Detector("bright", 1, [1]);
        Dictionary<string, LayerParameters> parameters = architecture.Layers.Where(layer => layer.ParameterCount > 0)
            .ToDictionary(layer => layer.Name, layer => new LayerParameters(new float[layer.WeightCount], new float[layer.BiasCount]));
        parameters["stem"].Weights[(2 * 8) + 2] = 1;
        parameters["down"].Weights[4] = 1;
        parameters["faces"].Weights[0] = 1;
        parameters["faces"].Biases[0] = -100;
        FaceDetector detector = new(
            new Model(architecture, architecture.Layers.Select(layer => parameters.GetValueOrDefault(layer.Name)), new ModelCard()));

        byte[] rgba = new byte[160 * 120 * 4];
        new Random(4).NextBytes(rgba);
        Photo photo = new(rgba, 160, 120);
        IReadOnlyList<DetectedFace> faces = detector.Detect(photo);
        Assert.NotEmpty(faces);
        Assert.Equal(detector.Detect(photo.ToGray(), 160, 120, 160), faces);
    }

    // The sample, without its face and with it: what a search rejects is the same the second time.
    [Fact]
    public void What_a_search_rejected_is_passed_over_until_it_changes_and_hides_no_face()
    {
        byte[] pixels = Photo.Load(ReferenceData.Repository("samples/astronaut.png")).ToGray(), without = [.. pixels];
        for (int y = 40; y < 190; y++) without.AsSpan((y * 512) + 150, 150).Fill(130);
        FaceDetector detector = FaceDetector.Default;
        RejectedCandidates rejected = new();
        DetectedFace[] faces = new DetectedFace[8];
        foreach (byte[] frame in new[] { without, without, pixels, pixels, without, pixels })
        {
            DetectedFace[] expected = detector.Detect(new ImageView(frame, 512, 512));
            int count = detector.Detect(new ImageView(frame, 512, 512), known: [], isQuick: false, rejected, faces);
            Assert.Equal(expected, faces[..count]);
            Assert.Equal(frame == pixels ? 1 : 0, count);
        }

        // A state of the same size, with places in it.
        using MemoryStream state = new(), empty = new();
        rejected.WriteTo(new BinaryWriter(state));
        new RejectedCandidates().WriteTo(new BinaryWriter(empty));
        Assert.Equal(empty.Length, state.Length);
        Assert.NotEqual(empty.ToArray(), state.ToArray());
    }

    [Fact]
    public void The_least_score_chooses_among_the_faces_and_changes_none()
    {
        Photo photo = Photo.Load(ReferenceData.Repository("samples/astronaut.png"));
        byte[] pixels = photo.ToGray();
        DetectedFace[] all = Faces(0.01f);
        Assert.InRange(all.Length, 2, 100);
        foreach (float least in (float[])[0.25f, 0.4f, 0.65f, 0.9f]) Assert.Equal(all.Where(face => face.Score >= least), Faces(least));

        DetectedFace[] Faces(float least) =>
            FaceDetector.Default.With(new FaceDetectorOptions { MinFace = 30, MinScore = least })
                .Detect(pixels, photo.Width, photo.Height, photo.Width);
    }

    [Fact]
    public void The_sample_s_face_is_found_in_nearly_every_size_and_its_square_is_always_as_large()
    {
        Photo photo = Photo.Load(ReferenceData.Repository("samples/astronaut.png"));
        List<double> sides = [];
        int pictures = 0, others = 0;
        byte[] pixels = photo.ToGray();
        for (int side = photo.Width / 2; side <= photo.Width; side += 8, pictures++)
        {
            double scale = (double)photo.Width / side;
            byte[] small = new byte[side * side];
            BilinearResize.Resize(new ImageView(pixels, photo.Width, photo.Height), small, side, side);
            foreach (DetectedFace face in FaceDetector.Default.Detect(small, side, side, side))
            {
                // The face's middle in the sample.
                double away = Math.Max(
                    Math.Abs(((face.Box.X + (face.Box.Width / 2.0)) * scale) - 223),
                    Math.Abs(((face.Box.Y + (face.Box.Height / 2.0)) * scale) - 116));
                if (away < 15) sides.Add(Math.Log(face.Box.Width * scale));
                else others++;
            }
        }

        Assert.InRange(sides.Count, 0.9 * pictures, pictures);
        Assert.InRange(others, 0, 0.1 * pictures);
        double mean = sides.Average();
        Assert.InRange(Math.Exp(mean), 95, 110);
        Assert.InRange(Math.Sqrt(sides.Average(value => Math.Pow(value - mean, 2))), 0, 0.03);
    }
}
