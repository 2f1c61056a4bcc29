#:project ../../src/MicroExpNet.Video
// How long each face of a film shows each expression. FFmpeg must be installed.
//   dotnet run samples/gallery/video.cs FILM
using MicroExpNet;
using MicroExpNet.Video;
using MicroExpNet.Vision;

if (args is not [string path])
{
    Console.Error.WriteLine("expected a film: dotnet run samples/gallery/video.cs FILM");
    return 2;
}

VideoAnalyzer analyzer = new(ExpressionRecognizer.Default, FaceDetector.Default);
Dictionary<(int Track, string Shown), int> frames = [];
await foreach (VideoFrameResult frame in analyzer.AnalyzeAsync(path))
{
    foreach (VideoFace face in frame.Faces)
    {
        (int, string) key = (face.Track, face.Top);
        frames[key] = frames.GetValueOrDefault(key) + 1;
    }
}

if (frames.Count == 0) Console.WriteLine("no face in the film");
foreach (((int track, string expression), int count) in frames.OrderBy(one => one.Key.Track).ThenByDescending(one => one.Value))
{
    Console.WriteLine($"face {track}: {expression} in {count} frames");
}

return 0;
