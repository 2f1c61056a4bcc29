#:project ../../src/MicroExpNet.Vision
// The faces of a photo, and a copy with the results drawn on it.
//   dotnet run samples/gallery/photo.cs [PHOTO]
using MicroExpNet;
using MicroExpNet.Vision;

string path = args.Length > 0 ? args[0] : "samples/astronaut.png";
PhotoRecognizer recognizer = new(ExpressionRecognizer.Default, FaceDetector.Default);
using Photo photo = Photo.Load(path);
IReadOnlyList<RecognizedFace> faces = recognizer.Recognize(photo);
foreach (RecognizedFace face in faces)
{
    FaceBox box = face.Box!.Value;                                                      // null: the whole photo, where that is asked for
    Console.WriteLine($"{box.Width}×{box.Height} pixels at {box.X},{box.Y}: {face.Scores.Top} {face.Scores.TopProbability:P1}");
}

PhotoAnnotator.Save(photo, faces, "result.png");
Console.WriteLine($"faces in {path}: {faces.Count}, drawn in result.png");
