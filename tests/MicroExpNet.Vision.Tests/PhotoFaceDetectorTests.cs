using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Vision.Tests;

public class PhotoFaceDetectorTests
{
    [Fact]
    public void A_photo_s_faces_are_those_of_its_grey_picture_and_are_recognised_largest_first()
    {
        // Sure of a face wherever the upper left pixel of a cell is bright.
        Architecture architecture = DetectorArchitectures.Detector("bright", 1, [1]);
        Dictionary<string, LayerParameters> parameters = architecture.Layers.Where(layer => layer.ParameterCount > 0)
            .ToDictionary(layer => layer.Name, layer => new LayerParameters(new float[layer.WeightCount], new float[layer.BiasCount]));
        parameters["stem"].Weights[(2 * 8) + 2] = 1;
        parameters["down"].Weights[4] = 1;
        parameters["faces"].Weights[0] = 1;
        parameters["faces"].Biases[0] = -100;
        FaceDetector detector = new(new Model(architecture, architecture.Layers.Select(layer => parameters.GetValueOrDefault(layer.Name)), new ModelCard()));

        byte[] rgba = new byte[160 * 120 * 4];
        new Random(4).NextBytes(rgba);
        Photo photo = new(rgba, 160, 120);
        IReadOnlyList<DetectedFace> faces = new PhotoFaceDetector(detector).Detect(photo);
        Assert.NotEmpty(faces);
        Assert.Equal(detector.Detect(photo.ToGray(), 160, 120, 160), faces);
    }
}
