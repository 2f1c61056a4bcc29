using MicroExpNet.Inference;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;

namespace MicroExpNet.Detection;

/// <summary>The detector's network: runs on a pyramid level or a crop and reads the candidates from its outputs.</summary>
/// <param name="model">A detector's model.</param>
/// <param name="target">The instruction set it is compiled for.</param>
internal sealed class DetectorNetwork(Model model, KernelTarget target)
{
    private readonly PlanCache _plans = new(model, target);

    /// <summary>Runs on the pyramid's current level.</summary>
    /// <param name="workspace">Holds the pyramid.</param>
    /// <param name="margin">Pixels of padding around the level, a multiple of the stride.</param>
    /// <param name="minLogit">The lowest logit of a candidate.</param>
    /// <param name="image">The image that the pyramid was made of.</param>
    /// <param name="candidates">Receives the candidates whose centre lies in the image.</param>
    public void RunLevel(DetectionWorkspace workspace, int margin, float minLogit, ImageView image, CandidateList candidates)
    {
        ImagePyramid pyramid = workspace.Pyramid;
        int height = RoundUp(pyramid.Height + (2 * margin)), width = RoundUp(pyramid.Width + (2 * margin));
        Run(workspace, height, width, margin, minLogit, 0, 0, isMirrored: false, image, candidates);
    }

    /// <summary>Runs on a crop of the image, which is the pyramid's current level.</summary>
    /// <param name="workspace">Holds the pyramid.</param>
    /// <param name="side">Side of the network's input; what of it the crop does not fill is padding.</param>
    /// <param name="minLogit">The lowest logit of a candidate.</param>
    /// <param name="crop">Where in the image the crop lies.</param>
    /// <param name="isMirrored">Whether the level is the crop's mirror image; the candidates are the image's all the same.</param>
    /// <param name="image">The image.</param>
    /// <param name="candidates">Receives the candidates whose centre lies in the image.</param>
    public void RunCrop(
        DetectionWorkspace workspace, int side, float minLogit, FaceBox crop, bool isMirrored, ImageView image, CandidateList candidates) =>
        Run(workspace, side, side, margin: 0, minLogit, crop.X, crop.Y, isMirrored, image, candidates);

    private void Run(
        DetectionWorkspace workspace, int height, int width, int margin, float minLogit, int left, int top, bool isMirrored,
        ImageView image, CandidateList candidates)
    {
        ImagePyramid pyramid = workspace.Pyramid;
        int marginCells = margin / FaceDetector.Stride, columns = width / FaceDetector.Stride, channels = FaceDetector.OutputLabels.Length;
        (InferencePlan plan, ScratchPool pool) = _plans.For(height, width);
        AlignedMemory<float> scratch = pool.Rent(plan);
        plan.LoadInput(
            pyramid.Pixels, pyramid.Height, pyramid.Width, margin, model.Card.PixelScale * workspace.Gain, model.Card.PixelOffset, scratch);
        plan.RunImage(scratch, 0);
        ReadOnlySpan<float> output = plan.ImageOutput(scratch);
        for (int i = 0, cell = 0; i < output.Length; i += channels, cell++)
        {
            // Not `<`: a NaN is no face.
            if (!(output[i] >= minLogit)) continue;
            int column = (cell % columns) - marginCells, row = (cell / columns) - marginCells;
            Candidate candidate = Candidate.FromCell(output.Slice(i, channels), column, row, pyramid.ScaleX, pyramid.ScaleY);
            if (isMirrored) candidate = candidate.MirroredIn(pyramid.Width * pyramid.ScaleX);
            candidate = candidate.OffsetBy(left, top);
            if (candidate.HasCentreIn(image.Width, image.Height)) candidates.Add(candidate);
        }

        pool.Return(scratch);
    }

    private static int RoundUp(int side) => (side + FaceDetector.Stride - 1) / FaceDetector.Stride * FaceDetector.Stride;
}
