// The original's example script on this library: the same arguments, the same steps, the same answer.
using System.Globalization;
using MicroExpNet;
using MicroExpNet.Checkpoints;
using MicroExpNet.OpenCv;
using MicroExpNet.Vision;

if (args.Length != 2)
{
    Console.WriteLine("Usage: OriginalScript <imagePath> <modelDir>");
    Console.WriteLine("In detail:");
    Console.WriteLine("    imagePath : the input image");
    Console.WriteLine("    modelDir  : the folder of the checkpoint, e.g. Models/CK of the original's repository");
    return 2;
}

try
{
    // Detect the face with OpenCV's Haar cascade; without one the whole picture is taken, as the original does.
    Photo photo = Photo.Load(args[0]);
    using HaarFaceDetector detector = new();
    FaceBox box = detector.Detect(photo) is [DetectedFace face, ..] ? face.Box : new FaceBox(0, 0, photo.Width, photo.Height);
    Say("Preparation part is completed.");

    // Restore weights and biases.
    ExpressionRecognizer recognizer = new(CheckpointImporter.Import(args[1]).Model);
    Say("Weights & Biases are restored.");

    // Crop, resize to 256×256, cut the window at (32, 32), resize to 84×84, turn grey.
    PhotoRecognizer recognition = new(recognizer, detector);
    byte[] crop = new byte[recognizer.InputHeight * recognizer.InputWidth];
    recognition.Crop(photo, box, crop);
    Say("Testing is started...");
    ExpressionScores scores = recognizer.Recognize(crop, recognizer.InputWidth, recognizer.InputHeight, recognizer.InputWidth);
    Say($"Emotion: {scores.Top.ToString().ToLowerInvariant()}");
    return 0;
}
catch (Exception e) when (
    e is IOException or UnauthorizedAccessException or PhotoFormatException or ModelFormatException or DetectorUnavailableException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static void Say(string text) =>
    Console.WriteLine($"[{DateTime.UtcNow.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)}] {text}");
