using System.Globalization;
using MicroExpNet.Models;
using MicroExpNet.OpenCv;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Evaluation;

namespace MicroExpNet.Benchmarks;

/// <summary>The default recogniser on labelled faces as this library's detector and as OpenCV's Haar cascade cut them.</summary>
internal static class CropAccuracy
{
    // Of the picture's side.
    private static readonly double[] Shares = [0.36, 0.4, 0.44, 0.48, 0.52, 0.56, 0.6, 0.64];

    /// <summary>Prints a table.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="path">A data set of labelled faces.</param>
    /// <param name="modelPath">The detector's file; null for the built-in one.</param>
    public static void Run(TextWriter output, string path, string? modelPath)
    {
        FaceDataSet data = FaceDataSet.Load(path);
        ModelEvaluation evaluation = new(ExpressionRecognizer.Default.Network.Model, data);
        output.WriteLine($"{data.Name}, {data.Samples.Length:N0} faces: accuracy, mean recall");
        Row("as they are", "", evaluation.Evaluate(ClassPrior.Natural));
        FaceDetector own = modelPath is null ? FaceDetector.Default : FaceDetector.Load(modelPath);
        Evaluate("this library", own);
        try
        {
            using HaarFaceDetector haar = new();
            Evaluate("OpenCV's Haar", haar);

            // Each cuts the faces that both find; the others' places are taken as known.
            Evaluate("this library", new AgreeingDetector(own, haar));
            Evaluate("OpenCV's Haar", new AgreeingDetector(haar, own));
            EvaluateSizes("this library", new AgreeingDetector(own, haar));
            EvaluateSizes("OpenCV's Haar", new AgreeingDetector(haar, own));
        }
        catch (DetectorUnavailableException e)
        {
            output.WriteLine(e.Message);
        }

        void Evaluate(string name, IFaceDetector detector)
        {
            foreach ((string change, EvaluationResult result) in evaluation.EvaluateDetected(ClassPrior.Natural, detector))
            {
                Row(name, change, result);
            }
        }

        // The same faces in several sizes: what chance does to one of them, it does not do to all.
        void EvaluateSizes(string name, IFaceDetector detector)
        {
            EvaluationResult[] results = [.. Shares.Select(share => evaluation.EvaluateDetected(ClassPrior.Natural, detector, share))];
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-14} {$"mean of {Shares.Length} sizes",-48} {results.Average(result => result.Accuracy),6:0.00%} " +
                    $"{results.Average(result => result.MeanRecall),6:0.0%}"));
        }

        void Row(string name, string change, EvaluationResult result) =>
            output.WriteLine(
                string.Create(
                CultureInfo.InvariantCulture, $"{name,-14} {change,-48} {result.Accuracy,6:0.0%} {result.MeanRecall,6:0.0%}"));
    }
}
