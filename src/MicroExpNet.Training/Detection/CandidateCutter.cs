using MicroExpNet.Detection;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Detection;

/// <summary>
/// Cuts out what a detector takes for faces, as the verifier will see it, and says of each whether it is one: the faces that a verifier is
/// trained on.
/// </summary>
/// <param name="detector">The detector, with a lowest score so low that it is often wrong.</param>
public sealed class CandidateCutter(FaceDetector detector)
{
    // A candidate that covers a face at least so far is that face; one that covers none as far as the second is none. Others are not used.
    private const double FaceOverlap = 0.5;
    private const double OtherOverlap = 0.25;

    private readonly FaceDetector _detector = detector ?? throw new ArgumentNullException(nameof(detector));

    /// <summary>Cuts out the candidates of one picture, and the faces the detector missed.</summary>
    /// <param name="picture">A picture whose faces are all known.</param>
    /// <returns>Each candidate's pixels, and whether it is a face.</returns>
    public IReadOnlyList<(GrayImage Image, bool IsFace)> Cut(LabeledPicture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ImageView image = new(picture.Image.Pixels, picture.Image.Width, picture.Image.Height);
        DetectionWorkspace workspace = new();
        List<(GrayImage, bool)> cuts = [];
        bool[] found = new bool[picture.Faces.Length];
        foreach (DetectedFace face in _detector.Detect(image))
        {
            double highest = 0;
            for (int i = 0; i < picture.Faces.Length; i++)
            {
                double overlap = BoxOf(picture.Faces[i], image).IntersectionOverUnion(face.Box);
                highest = Math.Max(highest, overlap);
                if (overlap >= FaceOverlap) found[i] = true;
            }

            if (highest is >= FaceOverlap or < OtherOverlap) cuts.Add((Cut(workspace, image, face.Box), highest >= FaceOverlap));
        }

        for (int i = 0; i < found.Length; i++)
        {
            if (!found[i]) cuts.Add((Cut(workspace, image, BoxOf(picture.Faces[i], image)), true));
        }

        return cuts;
    }

    private static FaceBox BoxOf(PlacedFace face, ImageView image)
    {
        int side = Math.Max(1, (int)MathF.Round(face.Side));
        FaceBox box = new((int)MathF.Round(face.X - (face.Side / 2)), (int)MathF.Round(face.Y - (face.Side / 2)), side, side);
        return box.ClippedTo(image.Width, image.Height);
    }

    private static GrayImage Cut(DetectionWorkspace workspace, ImageView image, FaceBox box)
    {
        byte[] pixels = new byte[FaceVerifier.Side * FaceVerifier.Side];
        FaceVerifier.Cut(workspace, image, box, pixels);
        return new GrayImage(pixels, FaceVerifier.Side, FaceVerifier.Side);
    }
}
