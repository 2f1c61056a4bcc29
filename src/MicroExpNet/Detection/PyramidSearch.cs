namespace MicroExpNet.Detection;

/// <summary>
/// Searches a whole image: the network runs on every level of an image pyramid, whose first level shows the smallest faces as small as the
/// network can see them, and of a second pyramid that lies half an octave between the levels of the first.
/// </summary>
/// <param name="network">The detector's network.</param>
/// <param name="minFace">The smallest face, in pixels a side.</param>
/// <param name="reduction">How many pixels a side of the image that <paramref name="minFace"/> is meant for, each pixel stands for; no
/// larger than keeps that face at the size that the network is first shown.</param>
internal sealed class PyramidSearch(DetectorNetwork network, int minFace, int reduction = 1)
{
    // From this smallest face on, the second pyramid begins half an octave below the first. Below it, the first two levels are nearly all
    // of the work, and the second pyramid begins two octaves further down.
    private const double MinFaceOfFullSecondPyramid = 34;

    // A smallest face of 24 pixels or less is shown to the network at 14 pixels; larger ones, where fewer pixels are left to search, at up
    // to 24 pixels, which a smallest face of 71 pixels reaches.
    private const double MinFaceShownSmallest = 24;
    private const double LargestFirstSize = 24;

    // Images of fewer pixels are searched in more detail, as long as one of so many is.
    private const double DetailedPixels = 512 * 512;

    // Larger images are first resized to this many pixels, which bounds the time.
    private const long MaxPixels = 4_000_000;

    // And their longer side to this: the padding makes a strip many times as large.
    private const double MaxSide = 1 << 16;

    // A level narrower than this share of the network's stride is not searched.
    private const double MinSide = FaceDetector.Stride / 2.0;

    // Candidates above this logit are refined, independently of the caller's lowest score, so that scores and boxes do not depend on it.
    private const float ProposalLogit = -1.5f;

    // Padding around the last level: a face that fills it reaches to its edges, and the network sees those best with some space around.
    private const int Margin = 2 * FaceDetector.Stride;

    // The pyramid ends with the first level that has a side of this or less: the largest faces the network sees there are larger than it.
    private const int LastSide = 28;

    /// <summary>Finds the faces that are worth refining.</summary>
    /// <param name="workspace">Receives the faces.</param>
    /// <param name="image">The grey image.</param>
    /// <param name="isQuick">Whether the first pyramid without its first level, which is most of the work, is enough.</param>
    public void Find(DetectionWorkspace workspace, ImageView image, bool isQuick)
    {
        double firstSize = FaceDetector.SmallestFace * Math.Sqrt(minFace / MinFaceShownSmallest);
        double pixels = (double)image.Width * image.Height * reduction * reduction;
        firstSize = Math.Max(firstSize, FaceDetector.SmallestFace) * Math.Max(1, Math.Sqrt(DetailedPixels / pixels));
        double scale = Math.Min(Math.Min(1, Math.Min(firstSize, LargestFirstSize) / minFace), Math.Sqrt(MaxPixels / pixels));
        scale = Math.Min(Math.Min(1, scale * reduction), MaxSide / Math.Max(image.Width, image.Height));
        double between = minFace < MinFaceOfFullSecondPyramid ? 4 * Math.Sqrt(2) : Math.Sqrt(2);
        workspace.Faces.Clear();
        SearchPyramid(workspace, image, isQuick ? scale / 2 : scale);
        if (!isQuick) SearchPyramid(workspace, image, scale / between);
        workspace.Faces.SuppressNonMaxima(ProposalLogit, keepsInner: true);
    }

    private void SearchPyramid(DetectionWorkspace workspace, ImageView image, double scale)
    {
        if (Math.Min(image.Width, image.Height) * scale < MinSide) return;
        ImagePyramid pyramid = workspace.Pyramid;
        pyramid.Start(image, scale);
        while (true)
        {
            bool isLast = Math.Min(pyramid.Width, pyramid.Height) <= LastSide;
            network.RunLevel(workspace, isLast ? Margin : 0, ProposalLogit, image, workspace.Faces);
            if (isLast) break;
            pyramid.Halve();
        }
    }
}
