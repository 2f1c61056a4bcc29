using System.Runtime.InteropServices;
using MicroExpNet.Cli.Bench;
using MicroExpNet.Models;
using MicroExpNet.OpenCv;
using OpenCvSharp;
using OpenCvSharp.Dnn;

namespace MicroExpNet.Benchmarks;

/// <summary>OpenCV's DNN module on the same model file.</summary>
internal sealed class OpenCvPeer : IPeer
{
    private readonly Net _net;
    private readonly Mat _input;
    private readonly float[] _logits;

    /// <summary>Loads the network.</summary>
    /// <exception cref="DetectorUnavailableException">OpenCV's runtime does not load here.</exception>
    public OpenCvPeer(Model model, float[] images, int batch)
    {
        OpenCvRuntime.Require();

        // OpenCV has one number of threads for all who call it.
        Cv2.SetNumThreads(1);
        using MemoryStream file = new();
        model.Save(file);
        _net = CvDnn.ReadNetFromOnnx(file.ToArray()) ?? throw new InvalidOperationException("OpenCV does not read the model");
        _net.SetPreferableBackend(Backend.OPENCV);
        _net.SetPreferableTarget(Target.CPU);
        _input = Mat.FromPixelData(
            [batch, model.Architecture.Input.Channels, model.Architecture.Input.Height, model.Architecture.Input.Width], MatType.CV_32FC1,
            images);
        _logits = new float[batch * model.Architecture.Labels.Length];
    }

    /// <summary>OpenCV's version; null where it does not load.</summary>
    public static string? Version
    {
        get
        {
            try
            {
                OpenCvRuntime.Require();
                return Cv2.GetVersionString();
            }
            catch (DetectorUnavailableException)
            {
                return null;
            }
        }
    }

    public ReadOnlySpan<float> Logits => _logits;

    public void Run()
    {
        _net.SetInput(_input);
        using Mat output = _net.Forward();
        Marshal.Copy(output.Data, _logits, 0, _logits.Length);
    }

    public void Dispose()
    {
        _input.Dispose();
        _net.Dispose();
    }
}
