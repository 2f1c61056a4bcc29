#:project ../../src/MicroExpNet.Vision
// The faces of a photo, and a copy with the results drawn on it.
//   dotnet run samples/gallery/photo.cs [PHOTO]
using MicroExpNet;
using MicroExpNet.Vision;

string path = args is [string given] ? given : "samples/astronaut.png";
PhotoRecognizer recognizer = new(ExpressionRecognizer.Default, FaceDetector.Default);
using Photo photo = Photo.Load(path);
IReadOnlyList<RecognizedFace> faces = recognizer.Recognize(photo);
foreach (RecognizedFace face in faces) Console.WriteLine($"{face.Box}: {face.Scores.Top} {face.Scores.TopProbability:P0}");

PhotoAnnotator.Save(photo, faces, "result.png");
Console.WriteLine($"{path}: {faces.Count} faces, drawn in result.png");
