#:project ../../src/MicroExpNet.Video
// The faces of a camera, a line for each change of expression, for some seconds. FFmpeg must be installed.
//   dotnet run samples/gallery/camera.cs [DEVICE] [SECONDS]
using MicroExpNet;
using MicroExpNet.Video;
using MicroExpNet.Vision;

Camera camera = Camera.Open(args.Length > 0 ? args[0] : null);                          // the first one; Camera.FindDevices() lists all
using CancellationTokenSource end = new(TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1]) : 30));
VideoRecognizer recognizer = new(
    ExpressionRecognizer.Default, FaceDetector.Default.With(new FaceDetectorOptions { MinFace = 60 }),
    new VideoOptions { SmoothingTime = TimeSpan.FromMilliseconds(200) });
Dictionary<int, Expression> shown = [];
try
{
    await foreach (VideoFrame frame in camera.ReadFramesAsync(end.Token))
    {
        foreach (TrackedFace face in recognizer.Recognize(new ImageView(frame.Luma.Span, frame.Width, frame.Height), frame.Time))
        {
            if (shown.TryGetValue(face.Track, out Expression last) && last == face.Scores.Top) continue;
            shown[face.Track] = face.Scores.Top;
            Console.WriteLine($"{frame.Time:mm\\:ss\\.f} face {face.Track}: {face.Scores.Top} {face.Scores.TopProbability:P0}");
        }
    }
}
catch (OperationCanceledException)
{
    Console.WriteLine($"faces in all: {shown.Count}");
}
